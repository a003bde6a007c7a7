-- What was done by whom, and what followers have to hear of.
SET LOCAL lock_timeout = '5s';

-- No foreign keys: an entry outlives what it speaks of.
CREATE TABLE audit_logs (
    id uuid NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    action text NOT NULL,
    user_id uuid,
    user_email text,
    institution_id uuid,
    changes jsonb NOT NULL,
    ip_address text,
    user_agent text,
    request_id text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT audit_logs_pkey PRIMARY KEY (id),
    CONSTRAINT audit_logs_entity_type_check CHECK (entity_type IN ('INSTITUTION', 'MICRO_CREDENTIAL', 'RECOGNITION', 'PATHWAY', 'USER')),
    CONSTRAINT audit_logs_action_check CHECK (action IN ('CREATE', 'UPDATE', 'DELETE', 'SUBMIT', 'PUBLISH', 'ARCHIVE', 'APPROVE', 'REJECT', 'LOGIN', 'LOGIN_FAILED', 'LOGOUT', 'REFRESH_REUSE')),
    CONSTRAINT audit_logs_changes_check CHECK (jsonb_typeof(changes) = 'object')
);
CREATE INDEX audit_logs_created_at_idx ON audit_logs (created_at, id);
CREATE INDEX audit_logs_entity_idx ON audit_logs (entity_type, entity_id, created_at);
CREATE INDEX audit_logs_user_id_idx ON audit_logs (user_id, created_at);
CREATE INDEX audit_logs_institution_id_idx ON audit_logs (institution_id, created_at);

CREATE TABLE outbox_events (
    sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    event_type text NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT outbox_events_pkey PRIMARY KEY (sequence),
    CONSTRAINT outbox_events_entity_type_check CHECK (entity_type IN ('INSTITUTION', 'MICRO_CREDENTIAL', 'RECOGNITION', 'PATHWAY', 'USER')),
    CONSTRAINT outbox_events_kind_check CHECK (kind IN ('CREATED', 'UPDATED', 'DELETED'))
);
CREATE INDEX outbox_events_place_idx ON outbox_events (transaction, sequence);
CREATE INDEX outbox_events_entity_id_idx ON outbox_events (entity_id);
