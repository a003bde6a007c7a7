-- What lists of a hundred thousand rows need to read no more than they show; `tests/service/plans.rs` holds them to it.
--
-- Built without keeping writers out, which no transaction can hold: this runs statement by statement, each on its own
-- (see metadata.toml and src/migration/stepwise.rs). What breaks off leaves an index that is not valid, so each is removed
-- first; running the migration again is always right. Waiting for older transactions blocks nobody, hence no lock_timeout.

-- Lists of people who see every status: the indexes there were begin with the status.
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_any_created_at_idx;
CREATE INDEX CONCURRENTLY micro_credentials_any_created_at_idx ON micro_credentials (created_at, id);
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_any_updated_at_idx;
CREATE INDEX CONCURRENTLY micro_credentials_any_updated_at_idx ON micro_credentials (updated_at, id);
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_any_title_idx;
CREATE INDEX CONCURRENTLY micro_credentials_any_title_idx ON micro_credentials (title, id);
DROP INDEX CONCURRENTLY IF EXISTS pathways_any_created_at_idx;
CREATE INDEX CONCURRENTLY pathways_any_created_at_idx ON pathways (created_at, id);
DROP INDEX CONCURRENTLY IF EXISTS pathways_any_updated_at_idx;
CREATE INDEX CONCURRENTLY pathways_any_updated_at_idx ON pathways (updated_at, id);
DROP INDEX CONCURRENTLY IF EXISTS pathways_any_name_idx;
CREATE INDEX CONCURRENTLY pathways_any_name_idx ON pathways (name, id);

-- Orders in which rows may have no value: a walk goes on after one row only in an index on the very expression.
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_published_or_last_idx;
CREATE INDEX CONCURRENTLY micro_credentials_published_or_last_idx ON micro_credentials (status, (coalesce(published_at, 'infinity'::timestamptz)), id);
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_any_published_or_last_idx;
CREATE INDEX CONCURRENTLY micro_credentials_any_published_or_last_idx ON micro_credentials ((coalesce(published_at, 'infinity'::timestamptz)), id);
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_credits_or_last_idx;
CREATE INDEX CONCURRENTLY micro_credentials_credits_or_last_idx ON micro_credentials (status, (coalesce(credits, 'Infinity'::numeric)), id);
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_any_credits_or_last_idx;
CREATE INDEX CONCURRENTLY micro_credentials_any_credits_or_last_idx ON micro_credentials ((coalesce(credits, 'Infinity'::numeric)), id);
DROP INDEX CONCURRENTLY IF EXISTS pathways_credits_or_last_idx;
CREATE INDEX CONCURRENTLY pathways_credits_or_last_idx ON pathways (status, (coalesce(transfer_credits, 'Infinity'::numeric)), id);
DROP INDEX CONCURRENTLY IF EXISTS pathways_any_credits_or_last_idx;
CREATE INDEX CONCURRENTLY pathways_any_credits_or_last_idx ON pathways ((coalesce(transfer_credits, 'Infinity'::numeric)), id);

-- Orders of what is public that had no index.
DROP INDEX CONCURRENTLY IF EXISTS pathways_updated_at_idx;
CREATE INDEX CONCURRENTLY pathways_updated_at_idx ON pathways (status, updated_at, id);
DROP INDEX CONCURRENTLY IF EXISTS pathways_name_idx;
CREATE INDEX CONCURRENTLY pathways_name_idx ON pathways (status, name, id);
DROP INDEX CONCURRENTLY IF EXISTS recognitions_updated_at_idx;
CREATE INDEX CONCURRENTLY recognitions_updated_at_idx ON recognitions (updated_at, id);
DROP INDEX CONCURRENTLY IF EXISTS recognitions_effective_date_idx;
CREATE INDEX CONCURRENTLY recognitions_effective_date_idx ON recognitions (effective_date, id);
DROP INDEX CONCURRENTLY IF EXISTS recognitions_credit_value_idx;
CREATE INDEX CONCURRENTLY recognitions_credit_value_idx ON recognitions (credit_value, id);

-- Filters that may find few rows: rare kinds, what was withdrawn, what a model has suggested, the life of one object.
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_credential_type_idx;
CREATE INDEX CONCURRENTLY micro_credentials_credential_type_idx ON micro_credentials (credential_type, status, created_at);
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_delivery_mode_idx;
CREATE INDEX CONCURRENTLY micro_credentials_delivery_mode_idx ON micro_credentials (delivery_mode, status, created_at);
DROP INDEX CONCURRENTLY IF EXISTS recognitions_recognition_type_idx;
CREATE INDEX CONCURRENTLY recognitions_recognition_type_idx ON recognitions (recognition_type, created_at);
DROP INDEX CONCURRENTLY IF EXISTS recognitions_withdrawn_idx;
CREATE INDEX CONCURRENTLY recognitions_withdrawn_idx ON recognitions (created_at, id) WHERE NOT is_active;
DROP INDEX CONCURRENTLY IF EXISTS pathways_pathway_type_idx;
CREATE INDEX CONCURRENTLY pathways_pathway_type_idx ON pathways (pathway_type, status, created_at);
DROP INDEX CONCURRENTLY IF EXISTS pathways_is_ai_suggested_idx;
CREATE INDEX CONCURRENTLY pathways_is_ai_suggested_idx ON pathways (created_at, id) WHERE is_ai_suggested;
DROP INDEX CONCURRENTLY IF EXISTS audit_logs_entity_id_idx;
CREATE INDEX CONCURRENTLY audit_logs_entity_id_idx ON audit_logs (entity_id, created_at);
DROP INDEX CONCURRENTLY IF EXISTS audit_logs_action_idx;
CREATE INDEX CONCURRENTLY audit_logs_action_idx ON audit_logs (action, created_at);

-- The order by publication has another expression now.
DROP INDEX CONCURRENTLY IF EXISTS micro_credentials_published_at_idx;
