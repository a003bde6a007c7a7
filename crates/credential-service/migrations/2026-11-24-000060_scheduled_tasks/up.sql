-- What is done again and again, and from where on the outbox still tells everything.
SET LOCAL lock_timeout = '5s';

CREATE TABLE scheduled_tasks (
    name text NOT NULL,
    due_at timestamptz NOT NULL,
    lease uuid,
    locked_until timestamptz,
    last_started_at timestamptz,
    last_succeeded_at timestamptz,
    last_count bigint,
    failures integer NOT NULL DEFAULT 0,
    last_error text,
    CONSTRAINT scheduled_tasks_pkey PRIMARY KEY (name),
    CONSTRAINT scheduled_tasks_lease_check CHECK ((lease IS NULL) = (locked_until IS NULL)),
    CONSTRAINT scheduled_tasks_failures_check CHECK (failures >= 0)
);

-- The newest event that was removed: whoever has read less has missed something. One row.
CREATE TABLE outbox_pruned (
    singleton boolean NOT NULL DEFAULT true,
    transaction xid8 NOT NULL,
    sequence bigint NOT NULL,
    CONSTRAINT outbox_pruned_pkey PRIMARY KEY (singleton),
    CONSTRAINT outbox_pruned_singleton_check CHECK (singleton)
);
INSERT INTO outbox_pruned (transaction, sequence) VALUES ('0', 0);
