-- The record only grows: entries of the actions stay, so the narrower rule is for new ones.
SET LOCAL lock_timeout = '5s';
DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint WHERE conname = 'audit_logs_action_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check;
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_action_check '
        || replace(rule, '''IMPORT''::text, ''EXPORT''::text, ', '')
        || CASE WHEN EXISTS (SELECT 1 FROM audit_logs WHERE action IN ('IMPORT', 'EXPORT')) THEN ' NOT VALID' ELSE '' END;
END $$;
