SET LOCAL lock_timeout = '5s';
ALTER TABLE pathways DROP COLUMN review_notes;
ALTER TABLE recognitions DROP CONSTRAINT recognitions_withdrawn_at_check, DROP COLUMN withdrawn_at;
