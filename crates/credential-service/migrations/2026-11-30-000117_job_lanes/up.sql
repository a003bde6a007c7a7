-- What a job shares a bounded number of places with: its receiver, its storage, its mail server. What is there already, and what
-- the version before goes on writing, has none and no bound.
SET LOCAL lock_timeout = '5s';

ALTER TABLE jobs ADD COLUMN lane text;
