-- Reports: what was asked for and what came of it. The files are in the storage, each under its identifier.
SET LOCAL lock_timeout = '5s';

CREATE TABLE reports (
    id uuid NOT NULL,
    institution_id uuid,
    kind text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING',
    period_start date,
    period_end date,
    requested_by uuid,
    row_count bigint,
    byte_count bigint,
    sha256 bytea,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT reports_pkey PRIMARY KEY (id),
    CONSTRAINT reports_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT reports_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users (id),
    CONSTRAINT reports_kind_check CHECK (kind IN ('CATALOGUE', 'DECISIONS')),
    CONSTRAINT reports_status_check CHECK (status IN ('PENDING', 'READY', 'FAILED')),
    CONSTRAINT reports_period_check CHECK (num_nulls(period_start, period_end) = CASE kind WHEN 'DECISIONS' THEN 0 ELSE 2 END),
    CONSTRAINT reports_period_end_check CHECK (period_end >= period_start),
    CONSTRAINT reports_file_check CHECK (num_nulls(row_count, byte_count, sha256) = CASE status WHEN 'READY' THEN 0 ELSE 3 END),
    CONSTRAINT reports_sha256_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT reports_finished_at_check CHECK ((status = 'PENDING') = (finished_at IS NULL)),
    CONSTRAINT reports_error_check CHECK ((status = 'FAILED') = (error IS NOT NULL))
);
CREATE INDEX reports_institution_id_idx ON reports (institution_id, created_at, id);
CREATE INDEX reports_requested_by_idx ON reports (requested_by);
CREATE INDEX reports_created_at_idx ON reports (created_at, id);
-- What nobody asked for is made once for each period.
CREATE UNIQUE INDEX reports_scheduled_key ON reports (institution_id, kind, period_start, period_end) WHERE requested_by IS NULL;

-- Wider than before, so that what is there fits; the next migration has it read while others write.
DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint WHERE conname = 'audit_logs_entity_type_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_entity_type_check;
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_entity_type_check '
        || replace(rule, 'ARRAY[', 'ARRAY[''REPORT''::text, ') || ' NOT VALID';
END $$;
