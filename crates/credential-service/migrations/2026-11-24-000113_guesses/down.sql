SET LOCAL lock_timeout = '5s';

ALTER TABLE account_tokens DROP COLUMN used_from;
ALTER TABLE sign_in_failures DROP COLUMN in_a_row;
