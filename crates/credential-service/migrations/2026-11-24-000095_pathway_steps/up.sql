SET LOCAL lock_timeout = '5s';

-- Opening and closing a pathway are actions of their own, so that `action` finds who closed one. Rows of before keep UPDATE.
-- The rule is extended as it stands; NOT VALID, since whatever satisfied it before still does.
DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint
        WHERE conrelid = 'audit_logs'::regclass AND conname = 'audit_logs_action_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check;
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_action_check '
        || replace(replace(rule, ' NOT VALID', ''), 'ARRAY[', 'ARRAY[''ACTIVATE''::text, ''SUSPEND''::text, ') || ' NOT VALID';
END
$$;
