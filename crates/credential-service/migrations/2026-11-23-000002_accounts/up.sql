-- People who may sign in, their sessions, and the chain of refresh tokens of each session.
SET LOCAL lock_timeout = '5s';

CREATE TABLE users (
    id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    role text NOT NULL DEFAULT 'USER',
    institution_id uuid,
    is_active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT users_email_check CHECK (char_length(email) BETWEEN 3 AND 254),
    CONSTRAINT users_role_check CHECK (role IN ('ADMIN', 'INSTITUTION_ADMIN', 'PROGRAM_COORDINATOR', 'USER')),
    CONSTRAINT users_role_institution_check CHECK (role NOT IN ('INSTITUTION_ADMIN', 'PROGRAM_COORDINATOR') OR institution_id IS NOT NULL),
    CONSTRAINT users_password_hash_check CHECK (password_hash LIKE '$argon2id$v=19$%'),
    CONSTRAINT users_version_check CHECK (version > 0)
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE INDEX users_institution_id_idx ON users (institution_id);

ALTER TABLE pathways
    ADD CONSTRAINT pathways_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES users (id);

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    ip_address text,
    user_agent text,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT sessions_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT sessions_end_reason_check CHECK (end_reason IN ('SIGN_OUT', 'REFRESH_REUSE', 'ACCOUNT_DISABLED', 'PASSWORD_RESET')),
    CONSTRAINT sessions_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT refresh_tokens_token_hash_check CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);
-- A session has at most one token that still works.
CREATE UNIQUE INDEX refresh_tokens_unused_key ON refresh_tokens (session_id) WHERE used_at IS NULL;
