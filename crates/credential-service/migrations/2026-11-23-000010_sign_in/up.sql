-- Failed sign-ins, the answer to a refresh that was asked for twice, and what is said of accounts on the record.
SET LOCAL lock_timeout = '5s';

-- One row per account and place: '' stands for every address that has not signed in to the account of late.
-- No foreign key: addresses without an account are counted in the same way, under a number made from the address.
CREATE TABLE sign_in_failures (
    account uuid NOT NULL,
    origin text NOT NULL,
    failures integer NOT NULL,
    counted_from timestamptz NOT NULL,
    paused_until timestamptz,
    CONSTRAINT sign_in_failures_pkey PRIMARY KEY (account, origin),
    CONSTRAINT sign_in_failures_failures_check CHECK (failures > 0)
);
CREATE INDEX sign_in_failures_counted_from_idx ON sign_in_failures (counted_from);

-- Random; together with the used token it makes the successor. Neither the row nor the token is enough alone.
ALTER TABLE refresh_tokens ADD COLUMN successor_salt bytea,
    ADD CONSTRAINT refresh_tokens_successor_salt_check CHECK (octet_length(successor_salt) = 32);

-- NOT VALID: the lists only grow, so no old row has to be looked at under a lock.
ALTER TABLE sessions DROP CONSTRAINT sessions_end_reason_check,
    ADD CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('SIGN_OUT', 'REFRESH_REUSE', 'ACCOUNT_DISABLED', 'PASSWORD_RESET', 'PASSWORD_CHANGE', 'ENDED')) NOT VALID;
ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check,
    ADD CONSTRAINT audit_logs_action_check CHECK (action IN ('CREATE', 'UPDATE', 'DELETE', 'SUBMIT', 'PUBLISH', 'ARCHIVE', 'APPROVE', 'REJECT', 'LOGIN', 'LOGIN_FAILED', 'LOGOUT', 'REFRESH_REUSE', 'SESSION_END', 'PASSWORD_CHANGE', 'PASSWORD_RESET_REQUEST', 'PASSWORD_RESET', 'EMAIL_CHANGE_REQUEST', 'EMAIL_CHANGE', 'INVITE', 'INVITE_ACCEPT', 'ROLE_CHANGE', 'ACCOUNT_DISABLE', 'ACCOUNT_ENABLE')) NOT VALID;
