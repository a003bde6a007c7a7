SET LOCAL lock_timeout = '5s';

DROP INDEX jobs_finished_at_idx;
DROP INDEX jobs_unique_key_key;
ALTER TABLE jobs
    DROP CONSTRAINT jobs_unique_key_check,
    DROP CONSTRAINT jobs_lease_check,
    DROP COLUMN unique_key,
    DROP COLUMN lease;
