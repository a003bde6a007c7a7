-- Who wants to hear of changes, and what was sent to whom.
SET LOCAL lock_timeout = '5s';

ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_entity_type_check;
ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_entity_type_check
    CHECK (entity_type IN ('INSTITUTION', 'MICRO_CREDENTIAL', 'RECOGNITION', 'PATHWAY', 'USER', 'WEBHOOK')) NOT VALID;
ALTER TABLE audit_logs VALIDATE CONSTRAINT audit_logs_entity_type_check;

-- Secrets stand here as they are: every message is signed with them, and whoever can read this table can read what the messages say.
CREATE TABLE webhooks (
    id uuid NOT NULL,
    institution_id uuid,
    created_by uuid NOT NULL,
    url text NOT NULL,
    event_types text[] NOT NULL,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    disabled_reason text,
    consecutive_failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT webhooks_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES institutions (id),
    CONSTRAINT webhooks_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id),
    CONSTRAINT webhooks_url_check CHECK (char_length(url) BETWEEN 8 AND 2000),
    CONSTRAINT webhooks_event_types_check CHECK (cardinality(event_types) BETWEEN 1 AND 100),
    CONSTRAINT webhooks_secret_check CHECK (octet_length(secret) BETWEEN 24 AND 64),
    CONSTRAINT webhooks_previous_secret_check CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
    CONSTRAINT webhooks_disabled_check CHECK (is_active = (disabled_reason IS NULL))
);
CREATE INDEX webhooks_institution_id_idx ON webhooks (institution_id, created_at);
CREATE INDEX webhooks_created_by_idx ON webhooks (created_by);

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event_sequence bigint NOT NULL,
    event_type text NOT NULL,
    body text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING',
    attempts integer NOT NULL DEFAULT 0,
    response_status integer,
    response_body text,
    duration_ms integer,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_attempt_at timestamptz,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE,
    CONSTRAINT webhook_deliveries_event_key UNIQUE (webhook_id, event_sequence),
    CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
    CONSTRAINT webhook_deliveries_response_status_check CHECK (response_status BETWEEN 100 AND 999),
    CONSTRAINT webhook_deliveries_attempts_check CHECK (attempts >= 0)
);
CREATE INDEX webhook_deliveries_webhook_id_idx ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_created_at_idx ON webhook_deliveries (created_at);

-- How far followers inside this service have read the outbox.
CREATE TABLE outbox_cursors (
    follower text NOT NULL,
    transaction xid8 NOT NULL,
    sequence bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT outbox_cursors_pkey PRIMARY KEY (follower)
);
-- What happened before there were webhooks is nobody's news.
INSERT INTO outbox_cursors (follower, transaction, sequence) VALUES ('webhooks', pg_current_xact_id(), 0);
