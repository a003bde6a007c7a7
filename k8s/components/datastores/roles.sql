-- Runs once, when the volume is empty: the database and a role for each that works with it.
-- The owner defines tables, bccb_app gets its rights from `credential-service migrate`, bccb_ai owns the schema `ai`, and
-- bccb_backup reads everything. Passwords come from files, so that none is in an environment or a command line.
\set owner_password `cat /run/secrets/postgres/owner-password`
\set app_password `cat /run/secrets/postgres/app-password`
\set ai_password `cat /run/secrets/postgres/ai-password`
\set backup_password `cat /run/secrets/postgres/backup-password`
CREATE ROLE bccb_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE bccb_app LOGIN PASSWORD :'app_password';
CREATE ROLE bccb_ai LOGIN PASSWORD :'ai_password';
CREATE ROLE bccb_backup LOGIN PASSWORD :'backup_password' IN ROLE pg_read_all_data;
CREATE DATABASE bccb OWNER bccb_owner;
GRANT CREATE ON DATABASE bccb TO bccb_ai;
