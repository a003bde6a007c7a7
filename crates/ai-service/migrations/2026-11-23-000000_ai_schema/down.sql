-- The schema itself stays: the record of migrations lives in it.
DROP TABLE ai.model_versions;
DROP TABLE ai.feedback;
DROP TABLE ai.predictions;
DROP TABLE ai.feed_cursor;
DROP TABLE ai.embeddings;
