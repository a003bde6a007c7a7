#!/bin/sh
# Runs once, when PostgreSQL makes its data folder: four roles on the database, each with what it needs and no more.
#
#   bccb_owner   defines the tables of credential-service; migrations run as it
#   bccb_app     works with rows, after `migrate` has granted it what the service needs
#   bccb_ai      owns the schema `ai` and sees nothing else
#   bccb_backup  reads everything and changes nothing
#
# Their passwords come from DATABASE_OWNER_PASSWORD, DATABASE_APP_PASSWORD, DATABASE_AI_PASSWORD and DATABASE_BACKUP_PASSWORD, or
# from the files that the same names with _FILE tell.
set -eu

secret() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then value=$(cat "$file"); fi
  if [ -z "$value" ]; then
    echo "postgres-roles: neither $1 nor $1_FILE is set" >&2
    exit 1
  fi
  printf %s "$value"
}

# Through the environment of psql: arguments can be read by every process of the machine.
owner_password=$(secret DATABASE_OWNER_PASSWORD)
app_password=$(secret DATABASE_APP_PASSWORD)
ai_password=$(secret DATABASE_AI_PASSWORD)
backup_password=$(secret DATABASE_BACKUP_PASSWORD)
export owner_password app_password ai_password backup_password

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv owner_password owner_password
\getenv app_password app_password
\getenv ai_password ai_password
\getenv backup_password backup_password
CREATE ROLE bccb_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE bccb_app LOGIN PASSWORD :'app_password';
CREATE ROLE bccb_ai LOGIN PASSWORD :'ai_password';
CREATE ROLE bccb_backup LOGIN PASSWORD :'backup_password' IN ROLE pg_read_all_data;
SELECT current_database() AS name \gset
ALTER DATABASE :"name" OWNER TO bccb_owner;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO bccb_app, bccb_ai, bccb_backup;
GRANT CREATE ON DATABASE :"name" TO bccb_ai;
SQL
