SET LOCAL lock_timeout = '5s';

ALTER TABLE jobs DROP COLUMN lane;
