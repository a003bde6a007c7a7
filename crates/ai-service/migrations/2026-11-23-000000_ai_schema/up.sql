-- Everything the AI service keeps. The service works in the schema `ai` alone; `search_path` names it while this runs.

-- One vector for each text and encoder: a restart embeds nothing twice.
CREATE TABLE ai.embeddings (
    content_hash BYTEA NOT NULL,
    model TEXT NOT NULL,
    -- 32-bit floats, little endian, length one.
    vector BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT embeddings_pkey PRIMARY KEY (content_hash, model),
    CONSTRAINT embeddings_hash_is_sha256 CHECK (octet_length(content_hash) = 32)
);

-- How far a follower has applied the change feed. Both halves are unsigned 64-bit numbers at the source.
CREATE TABLE ai.feed_cursor (
    follower TEXT NOT NULL,
    transaction BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT feed_cursor_pkey PRIMARY KEY (follower)
);

-- What was answered, from what, so that a decision can be reproduced.
CREATE TABLE ai.predictions (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    model_version TEXT NOT NULL,
    inputs JSONB NOT NULL,
    output JSONB NOT NULL,
    user_id UUID,
    request_id TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT predictions_pkey PRIMARY KEY (id)
);
CREATE INDEX predictions_created_at_idx ON ai.predictions (created_at);

-- What people made of a prediction.
CREATE TABLE ai.feedback (
    id UUID NOT NULL,
    prediction_id UUID NOT NULL,
    user_id UUID NOT NULL,
    verdict TEXT NOT NULL,
    rating SMALLINT,
    comment TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT feedback_pkey PRIMARY KEY (id),
    CONSTRAINT feedback_prediction_fkey FOREIGN KEY (prediction_id) REFERENCES ai.predictions (id) ON DELETE CASCADE,
    CONSTRAINT feedback_once_per_person UNIQUE (prediction_id, user_id),
    CONSTRAINT feedback_verdict_is_known CHECK (verdict IN ('ACCEPTED', 'REJECTED', 'MODIFIED')),
    CONSTRAINT feedback_rating_in_range CHECK (rating BETWEEN 1 AND 5)
);

-- Immutable versions of what can be trained; at most one of a kind is in use.
CREATE TABLE ai.model_versions (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    version TEXT NOT NULL,
    metrics JSONB NOT NULL DEFAULT '{}',
    card JSONB NOT NULL DEFAULT '{}',
    artifact TEXT,
    is_active BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    promoted_at TIMESTAMPTZ,
    CONSTRAINT model_versions_pkey PRIMARY KEY (id),
    CONSTRAINT model_versions_kind_version_key UNIQUE (kind, version)
);
CREATE UNIQUE INDEX model_versions_one_active_idx ON ai.model_versions (kind) WHERE is_active;
