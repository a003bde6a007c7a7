-- When an outcome or a prerequisite was recorded, and when it last changed. What is there already is as old as its micro-credential,
-- as far as anybody can tell. The version before goes on writing rows without them.
SET LOCAL lock_timeout = '5s';

ALTER TABLE learning_outcomes
    ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();
ALTER TABLE prerequisites
    ADD COLUMN created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();
