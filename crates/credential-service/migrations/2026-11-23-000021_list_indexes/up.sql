-- The orders of the list of micro-credentials that had no index.
--
-- Building an index holds writers off. On a large table that is in use, build the same two beforehand by hand with
-- CREATE INDEX CONCURRENTLY, which no transaction can hold and so no migration can do; this then finds them there.
SET LOCAL lock_timeout = '5s';
CREATE INDEX IF NOT EXISTS micro_credentials_updated_at_idx ON micro_credentials (status, updated_at, id);
CREATE INDEX IF NOT EXISTS micro_credentials_published_at_idx ON micro_credentials (status, published_at, id);
