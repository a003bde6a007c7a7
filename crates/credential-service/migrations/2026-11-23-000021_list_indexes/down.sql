SET LOCAL lock_timeout = '5s';
DROP INDEX micro_credentials_published_at_idx;
DROP INDEX micro_credentials_updated_at_idx;
