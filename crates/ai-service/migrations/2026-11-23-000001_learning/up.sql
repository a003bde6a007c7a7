-- Predictions that feedback can be joined to, and answers kept for requests that are sent again.
SET LOCAL lock_timeout = '5s';

ALTER TABLE ai.predictions
    -- The institution that the person acted for: its people may say what they made of the answer.
    ADD COLUMN institution_id UUID,
    -- The confidence or score of the answer, 0 to 1, for drift; absent where there is none.
    ADD COLUMN score DOUBLE PRECISION,
    ADD CONSTRAINT predictions_score_in_range CHECK (score BETWEEN 0 AND 1);
CREATE INDEX predictions_method_idx ON ai.predictions (kind, model_version, created_at);

ALTER TABLE ai.feedback ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();

-- One row for each request that its caller has named; written in the transaction of what it led to.
CREATE TABLE ai.idempotency_keys (
    -- Person and method.
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    -- The answer as it went over the wire.
    response BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key),
    CONSTRAINT idempotency_keys_key_length CHECK (char_length(key) BETWEEN 1 AND 255),
    CONSTRAINT idempotency_keys_hash_is_sha256 CHECK (octet_length(request_hash) = 32)
);
CREATE INDEX idempotency_keys_created_at_idx ON ai.idempotency_keys (created_at);
