-- The record only grows: entries of the action stay, so the narrower rule is for new ones.
SET LOCAL lock_timeout = '5s';
DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint WHERE conname = 'audit_logs_action_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check;
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_action_check '
        || replace(rule, '''REGISTRATION_REQUEST''::text, ', '')
        || CASE WHEN EXISTS (SELECT 1 FROM audit_logs WHERE action = 'REGISTRATION_REQUEST') THEN ' NOT VALID' ELSE '' END;
END $$;
DROP TABLE registrations;
