-- Guesses in a row, and from where a link was used: who has just chosen a password signs in from there.
SET LOCAL lock_timeout = '5s';

-- A default that never changes and no default: neither writes the rows anew.
ALTER TABLE sign_in_failures ADD COLUMN in_a_row integer NOT NULL DEFAULT 0;
ALTER TABLE account_tokens ADD COLUMN used_from text;
