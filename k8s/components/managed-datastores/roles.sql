-- Once, as the first user of a managed server, in the database `bccb` that Terraform has made: a role for each that works with it, as
-- ../datastores/roles.sql makes them where the server is ours.
--
--   mkdir -m 700 passwords && for one in owner app ai backup; do openssl rand -hex 24 >"passwords/$one"; done
--   psql "postgres://bccb_admin@HOST/bccb?sslmode=require" --file roles.sql
--
-- All of it or nothing. The passwords go into the addresses of the Secrets bccb-database-owner, -app, -ai and -backup.
\set ON_ERROR_STOP on
\set owner_password `cat passwords/owner`
\set app_password `cat passwords/app`
\set ai_password `cat passwords/ai`
\set backup_password `cat passwords/backup`
SELECT least(length(:'owner_password'), length(:'app_password'), length(:'ai_password'), length(:'backup_password')) < 16 AS too_short \gset
\if :too_short
  \warn 'passwords/owner, passwords/app, passwords/ai, passwords/backup: each needs 16 characters'
  \quit
\endif
BEGIN;
-- The first migration asks for it too; on some servers only the first user may make it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE ROLE bccb_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE bccb_app LOGIN PASSWORD :'app_password';
CREATE ROLE bccb_ai LOGIN PASSWORD :'ai_password';
CREATE ROLE bccb_backup LOGIN PASSWORD :'backup_password' IN ROLE pg_read_all_data;
REVOKE ALL ON DATABASE bccb FROM PUBLIC;
GRANT CONNECT ON DATABASE bccb TO bccb_app, bccb_ai, bccb_backup;
-- For the schema `ai`, which it owns.
GRANT CREATE ON DATABASE bccb TO bccb_ai;
-- Who is no superuser gives a database only to a role that it is a member of.
GRANT bccb_owner TO CURRENT_USER;
ALTER DATABASE bccb OWNER TO bccb_owner;
-- Its right to connect went with the database.
GRANT CONNECT ON DATABASE bccb TO CURRENT_USER;
REVOKE bccb_owner FROM CURRENT_USER;
COMMIT;
