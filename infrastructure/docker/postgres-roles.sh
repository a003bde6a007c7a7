#!/bin/sh
# Runs once, when PostgreSQL makes its data folder: three roles on the database, as the services need them and no more.
#
#   bccb_owner   defines the tables of credential-service; migrations run as it
#   bccb_app     works with rows, after `migrate` has granted it what the service needs
#   bccb_ai      owns the schema `ai` and sees nothing else
#
# Their passwords come from DATABASE_OWNER_PASSWORD, DATABASE_APP_PASSWORD and DATABASE_AI_PASSWORD, or from the files that the
# same names with _FILE tell.
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
export owner_password app_password ai_password

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv owner_password owner_password
\getenv app_password app_password
\getenv ai_password ai_password
CREATE ROLE bccb_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE bccb_app LOGIN PASSWORD :'app_password';
CREATE ROLE bccb_ai LOGIN PASSWORD :'ai_password';
SELECT current_database() AS name \gset
ALTER DATABASE :"name" OWNER TO bccb_owner;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO bccb_app, bccb_ai;
GRANT CREATE ON DATABASE :"name" TO bccb_ai;
SQL
