SET LOCAL lock_timeout = '5s';
ALTER TABLE ai.embeddings DROP COLUMN used_at;
