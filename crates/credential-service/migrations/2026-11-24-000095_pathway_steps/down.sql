SET LOCAL lock_timeout = '5s';

DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint
        WHERE conrelid = 'audit_logs'::regclass AND conname = 'audit_logs_action_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check;
    -- Entries that have these actions stay: the record is never changed.
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_action_check '
        || replace(replace(rule, ' NOT VALID', ''), '''ACTIVATE''::text, ''SUSPEND''::text, ', '') || ' NOT VALID';
END
$$;
