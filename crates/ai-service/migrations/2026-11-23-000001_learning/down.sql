SET LOCAL lock_timeout = '5s';
DROP TABLE ai.idempotency_keys;
ALTER TABLE ai.feedback DROP COLUMN updated_at;
DROP INDEX ai.predictions_method_idx;
ALTER TABLE ai.predictions DROP COLUMN institution_id, DROP COLUMN score;
