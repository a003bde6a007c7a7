-- Since when a decision is withdrawn, and what a reviewer wrote.
SET LOCAL lock_timeout = '5s';

ALTER TABLE recognitions
    ADD COLUMN withdrawn_at timestamptz,
    ADD CONSTRAINT recognitions_withdrawn_at_check CHECK (withdrawn_at IS NULL OR NOT is_active);

ALTER TABLE pathways
    ADD COLUMN review_notes text,
    ADD CONSTRAINT pathways_review_notes_check CHECK (char_length(review_notes) BETWEEN 1 AND 5000);
