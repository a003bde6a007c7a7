-- Who has been reminded of which review: once for each date of a micro-credential.
--
-- Building the index holds writers off. On a large table that is in use, build it beforehand by hand with
-- CREATE INDEX CONCURRENTLY; this then finds it there.
SET LOCAL lock_timeout = '5s';

CREATE TABLE review_reminders (
    micro_credential_id uuid NOT NULL,
    review_date date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT review_reminders_pkey PRIMARY KEY (micro_credential_id, review_date),
    CONSTRAINT review_reminders_micro_credential_id_fkey FOREIGN KEY (micro_credential_id) REFERENCES micro_credentials (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS micro_credentials_next_review_date_idx ON micro_credentials (next_review_date) WHERE next_review_date IS NOT NULL;
