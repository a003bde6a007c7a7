-- What the administrators of the other end read, beside audit_logs_institution_id_idx; few entries have another end.
--
-- Built without keeping writers out, statement by statement, as 000070.
DROP INDEX CONCURRENTLY IF EXISTS audit_logs_counterpart_institution_id_idx;
CREATE INDEX CONCURRENTLY audit_logs_counterpart_institution_id_idx ON audit_logs (counterpart_institution_id, created_at) WHERE counterpart_institution_id IS NOT NULL;
