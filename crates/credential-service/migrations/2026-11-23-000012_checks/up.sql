-- The checks that 000010 widened, validated in a transaction of their own: this reads the tables without keeping writers out.
SET LOCAL lock_timeout = '5s';
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_end_reason_check;
ALTER TABLE audit_logs VALIDATE CONSTRAINT audit_logs_action_check;
