SET LOCAL lock_timeout = '5s';
DROP TABLE refresh_tokens;
DROP TABLE sessions;
ALTER TABLE pathways DROP CONSTRAINT pathways_approved_by_fkey;
DROP TABLE users;
