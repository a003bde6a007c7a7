-- When an outcome or a prerequisite last changed. The version before goes on writing rows without it.
SET LOCAL lock_timeout = '5s';

ALTER TABLE learning_outcomes ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();
ALTER TABLE prerequisites ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT now();
