-- One-time links for accounts, and the moment before which a person's access tokens count no more.
SET LOCAL lock_timeout = '5s';

CREATE TABLE account_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    token_hash bytea NOT NULL,
    new_email text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT account_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT account_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT account_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT account_tokens_purpose_check CHECK (purpose IN ('PASSWORD_RESET', 'INVITATION', 'EMAIL_CHANGE')),
    CONSTRAINT account_tokens_token_hash_check CHECK (octet_length(token_hash) = 32),
    CONSTRAINT account_tokens_new_email_check CHECK ((purpose = 'EMAIL_CHANGE') = (new_email IS NOT NULL)),
    CONSTRAINT account_tokens_expires_at_check CHECK (expires_at > created_at)
);
CREATE INDEX account_tokens_user_id_idx ON account_tokens (user_id, purpose, created_at);
CREATE INDEX account_tokens_expires_at_idx ON account_tokens (expires_at);

ALTER TABLE users ADD COLUMN tokens_valid_from timestamptz;
CREATE INDEX users_tokens_valid_from_idx ON users (tokens_valid_from) WHERE tokens_valid_from IS NOT NULL;
CREATE INDEX users_role_idx ON users (role, id) WHERE is_active;
CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX sessions_ended_at_idx ON sessions (ended_at) WHERE ended_at IS NOT NULL;
