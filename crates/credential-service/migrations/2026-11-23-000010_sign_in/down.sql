SET LOCAL lock_timeout = '5s';
ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check,
    ADD CONSTRAINT audit_logs_action_check CHECK (action IN ('CREATE', 'UPDATE', 'DELETE', 'SUBMIT', 'PUBLISH', 'ARCHIVE', 'APPROVE', 'REJECT', 'LOGIN', 'LOGIN_FAILED', 'LOGOUT', 'REFRESH_REUSE')) NOT VALID;
ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check,
    ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('SIGN_OUT', 'REFRESH_REUSE', 'ACCOUNT_DISABLED', 'PASSWORD_RESET')) NOT VALID;
ALTER TABLE refresh_tokens DROP COLUMN successor_salt;
DROP TABLE sign_in_failures;
