SET LOCAL lock_timeout = '5s';

ALTER TABLE prerequisites DROP COLUMN updated_at;
ALTER TABLE learning_outcomes DROP COLUMN updated_at;
