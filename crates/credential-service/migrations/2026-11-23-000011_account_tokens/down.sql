SET LOCAL lock_timeout = '5s';
DROP INDEX sessions_ended_at_idx;
DROP INDEX users_created_at_idx;
DROP INDEX users_role_idx;
DROP INDEX users_tokens_valid_from_idx;
ALTER TABLE users DROP COLUMN tokens_valid_from;
DROP TABLE account_tokens;
