-- Requests for an account, kept apart from the accounts until the address is confirmed, and their action on the record.
SET LOCAL lock_timeout = '5s';

-- A request for an address that has an account holds no link, no name and no password: it is counted, and nothing comes of it.
CREATE TABLE registrations (
    id uuid NOT NULL,
    email text NOT NULL,
    token_hash bytea,
    password_hash text,
    first_name text,
    last_name text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT registrations_pkey PRIMARY KEY (id),
    CONSTRAINT registrations_token_hash_key UNIQUE (token_hash),
    CONSTRAINT registrations_email_check CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT registrations_token_hash_check CHECK (octet_length(token_hash) = 32),
    CONSTRAINT registrations_password_hash_check CHECK (password_hash LIKE '$argon2id$v=19$%'),
    CONSTRAINT registrations_whole_check CHECK (num_nulls(token_hash, password_hash, first_name, last_name) IN (0, 4)),
    CONSTRAINT registrations_expires_at_check CHECK (expires_at > created_at)
);
CREATE INDEX registrations_email_idx ON registrations (lower(email), created_at);
CREATE INDEX registrations_expires_at_idx ON registrations (expires_at);

DO $$
DECLARE
    rule text;
BEGIN
    SELECT pg_get_constraintdef(oid) INTO STRICT rule FROM pg_constraint WHERE conname = 'audit_logs_action_check';
    ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_action_check;
    EXECUTE 'ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_action_check '
        || replace(rule, 'ARRAY[', 'ARRAY[''REGISTRATION_REQUEST''::text, ');
END $$;
