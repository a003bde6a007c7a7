-- A running job belongs to the lease that took it: whoever was declared dead can no longer finish what another has taken over.
SET LOCAL lock_timeout = '5s';

ALTER TABLE jobs
    ADD COLUMN lease uuid,
    ADD COLUMN unique_key text;
-- Without a lease nobody could finish it; attempts that ran before this version count as never begun.
UPDATE jobs SET status = 'WAITING', locked_until = NULL WHERE status = 'RUNNING' OR locked_until IS NOT NULL;
ALTER TABLE jobs
    ADD CONSTRAINT jobs_lease_check CHECK ((status = 'RUNNING') = (lease IS NOT NULL) AND (lease IS NULL) = (locked_until IS NULL)),
    ADD CONSTRAINT jobs_unique_key_check CHECK (char_length(unique_key) BETWEEN 1 AND 200);

-- Of several jobs with one key at most one is unfinished.
CREATE UNIQUE INDEX jobs_unique_key_key ON jobs (unique_key) WHERE unique_key IS NOT NULL AND status IN ('WAITING', 'RUNNING');
CREATE INDEX jobs_finished_at_idx ON jobs (status, finished_at) WHERE status IN ('DONE', 'PARKED');
