-- When a replica last had the text of a vector, so that vectors of texts and encoders that nobody has any more can be forgotten.
SET LOCAL lock_timeout = '5s';

ALTER TABLE ai.embeddings ADD COLUMN used_at TIMESTAMPTZ NOT NULL DEFAULT now();
CREATE INDEX embeddings_used_at_idx ON ai.embeddings (used_at);
