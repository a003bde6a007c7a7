SET LOCAL lock_timeout = '5s';

DELETE FROM idempotency_keys;
ALTER TABLE idempotency_keys
    DROP COLUMN response,
    ADD COLUMN response_status integer,
    ADD COLUMN response_body jsonb,
    ADD CONSTRAINT idempotency_keys_response_status_check CHECK (response_status BETWEEN 100 AND 599);
