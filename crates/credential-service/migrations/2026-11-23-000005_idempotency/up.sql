-- An answer is kept as the bytes of its message, beside the change that it answers; nothing has been kept so far.
SET LOCAL lock_timeout = '5s';

DELETE FROM idempotency_keys;
ALTER TABLE idempotency_keys
    DROP COLUMN response_status,
    DROP COLUMN response_body,
    ADD COLUMN response bytea;
