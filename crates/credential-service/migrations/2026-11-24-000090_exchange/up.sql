-- Imports and exports are put on record: two more actions, beside whatever the list holds by now.
SET LOCAL lock_timeout = '5s';
DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint WHERE conname = 'audit_logs_action_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check;
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_action_check '
        || replace(rule, 'ARRAY[', 'ARRAY[''IMPORT''::text, ''EXPORT''::text, ');
END $$;
