# shellcheck shell=bash
# What scripts/backup and scripts/restore share: addresses, the storage, and the one query that says what a database holds.
#
# A backup is a folder `bccb-TIME` of four files, in a directory or below a prefix of a bucket:
#   dump or dump.age      what pg_dump wrote in its custom format, encrypted where there is a recipient
#   manifest              lines of words: what was dumped, and the rows and a hash of every table
#   audit-anchors.jsonl   signed places of the record of decisions
#   sha256                of the others; written last, so that a backup without it is not one

name=$(basename "$0")
say() { printf '%s: %s\n' "$name" "$*" >&2; }
die() {
  say "$*"
  exit 1
}
refuse() {
  say "$*"
  exit 64
}

# setting NAME: the value of a setting, or of the file that NAME_FILE names, as the services read their secrets.
setting() {
  local file="${1}_FILE"
  if [ -n "${!1:-}" ]; then
    printf '%s' "${!1}"
  elif [ -n "${!file:-}" ]; then
    [ -r "${!file}" ] || refuse "$file names a file that cannot be read"
    printf '%s' "$(<"${!file}")"
  fi
}

need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || refuse "$program is not installed"
  done
}

# connect_with ADDRESS: sets `database` for the programs of PostgreSQL. The password goes through the environment, because
# everybody on the machine can read the arguments of a process. `sslmode=require` verifies, as in the services.
connect_with() {
  local address=$1 authorities=/etc/ssl/certs/ca-certificates.crt
  [[ $address =~ ^postgres(ql)?:// ]] || refuse "the address of the database does not begin with postgres://"
  if [[ $address =~ ^(postgres(ql)?://[^:@/]*):([^@/]*)@(.*)$ ]]; then
    local password=${BASH_REMATCH[3]//\\/\\\\}
    PGPASSWORD=$(printf '%b' "${password//%/\\x}")
    export PGPASSWORD
    address="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
  fi
  address=${address/sslmode=require/sslmode=verify-full}
  if [[ $address = *sslmode=verify-full* && $address != *sslrootcert=* && -r $authorities ]]; then
    export PGSSLROOTCERT=$authorities
  fi
  # What a table looks like as text must not depend on who asks.
  export PGTZ=UTC PGDATESTYLE=ISO PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT="${PGCONNECT_TIMEOUT:-10}"
  export PGAPPNAME="bccb-$name"
  database=$address
}

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$database" "$@"; }

# Gives one line for each table: `table NAME ROWS HASH`. The hash does not depend on the order of rows.
# shellcheck disable=SC2034 # used by the scripts
TABLES_SQL="SET extra_float_digits = 1; SET bytea_output = 'hex'; SET intervalstyle = 'postgres';
SELECT format('SELECT ''table %s '' || count(*) || '' '' || md5(coalesce(sum((''x'' || left(md5(whole::text), 15))::bit(60)::bigint), 0)::text) FROM ONLY %I.%I AS whole',
  replace(format('%I.%I', n.nspname, c.relname), '''', ''''''), n.nspname, c.relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
\\gexec"

# unpack [OPTION]...: pg_restore on standard input, which is read to its end even where pg_restore needs no more of it.
unpack() { pg_restore "$@" && cat >/dev/null; }

# count_copied: the SQL of pg_restore in, `table NAME ROWS` for each table out. In COPY's text a line is a row.
count_copied() {
  awk '
    open && $0 == "\\." { print "table", table, rows; open = 0; next }
    open { rows++; next }
    /^COPY .* FROM stdin;$/ { table = $0; sub(/^COPY /, "", table); sub(/ \(.*/, "", table); rows = 0; open = 1 }' |
    LC_ALL=C sort
}

# --- the storage -------------------------------------------------------------------------------------------------------

# open_storage: understands BACKUP_TARGET, a directory or s3://bucket/prefix.
open_storage() {
  local target=${BACKUP_TARGET:-}
  case $target in
    '') refuse 'BACKUP_TARGET is not set: a directory, or s3://bucket/prefix' ;;
    s3://?*)
      need curl
      local rest=${target#s3://}
      rest=${rest%/}
      bucket=${rest%%/*}
      prefix=${rest#"$bucket"}
      prefix=${prefix#/}
      prefix=${prefix:+$prefix/}
      region=${AWS_REGION:-us-east-1}
      endpoint=${AWS_ENDPOINT_URL:-https://s3.$region.amazonaws.com}
      access_key=$(setting AWS_ACCESS_KEY_ID)
      secret_key=$(setting AWS_SECRET_ACCESS_KEY)
      [[ $prefix =~ ^[A-Za-z0-9._/-]*$ ]] || refuse 'the prefix in BACKUP_TARGET holds other characters than letters, digits and . _ / -'
      if [ -z "$access_key" ] || [ -z "$secret_key" ]; then
        refuse 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are required for a bucket'
      fi
      [[ $endpoint = https://* || ${APP_ENV:-production} != production ]] || refuse 'AWS_ENDPOINT_URL must begin with https:// in production'
      storage=bucket
      ;;
    *)
      directory=${target#file://}
      [[ $directory = /* ]] || refuse 'BACKUP_TARGET must be an absolute path, or s3://bucket/prefix'
      storage=directory
      ;;
  esac
}

# bucket_request METHOD KEY QUERY HASH [CURL ARGUMENT]...: the key that signs stays out of the arguments.
bucket_request() {
  local method=$1 key=$2 query=$3 hash=$4
  shift 4
  curl --silent --show-error --fail --max-time "${BACKUP_HTTP_SECONDS:-3600}" --connect-timeout 10 --request "$method" \
    --aws-sigv4 "aws:amz:$region:s3" --header "x-amz-content-sha256: $hash" "$@" \
    --config <(printf 'user = "%s:%s"\n' "$access_key" "$secret_key") \
    "$endpoint/$bucket${key:+/$key}${query:+?$query}"
}
NOTHING=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

# list_keys PREFIX: keys of the bucket below a prefix of ours.
list_keys() {
  local after='' page below=$prefix$1
  while :; do
    page=$(bucket_request GET '' "${after:+continuation-token=$after&}list-type=2&prefix=${below//\//%2F}" "$NOTHING") || return 1
    grep -o '<Key>[^<]*</Key>' <<<"$page" | sed -E 's|</?Key>||g' || true
    after=$(sed -nE 's|.*<NextContinuationToken>([^<]*)</NextContinuationToken>.*|\1|p' <<<"$page" | sed 's/+/%2B/g; s|/|%2F|g; s/=/%3D/g')
    [ -n "$after" ] || break
  done
}

# list_names: names of the whole backups, newest first.
list_names() {
  if [ "$storage" = directory ]; then
    local file
    for file in "$directory"/bccb-*/sha256; do
      if [ -f "$file" ]; then basename "$(dirname "$file")"; fi
    done | LC_ALL=C sort -r
    return
  fi
  local keys
  keys=$(list_keys bccb-) || return 1
  sed -nE 's|^(.*/)?([^/]+)/sha256$|\2|p' <<<"$keys" | LC_ALL=C sort -r
}

# list_halves BEFORE: names in the bucket that are older than a time and no backups: their hashes were never written, or are gone.
list_halves() {
  local keys
  keys=$(list_keys bccb-) || return 1
  LC_ALL=C comm -23 <(sed -nE 's|^(.*/)?(bccb-[0-9TZ]+)/[^/]+$|\2|p' <<<"$keys" | LC_ALL=C sort -u) <(sed -nE 's|^(.*/)?([^/]+)/sha256$|\2|p' <<<"$keys" | LC_ALL=C sort -u) |
    LC_ALL=C awk -v before="$1" '$0 < before'
}

# remove NAME: what makes it a backup goes first, so that one that is half removed is not one.
remove() {
  if [ "$storage" = directory ]; then
    rm -rf "${directory:?}/$1"
    return
  fi
  local keys key code
  keys=$(list_keys "$1/") || return 1
  while read -r key; do
    [ -n "$key" ] || continue
    # Some services answer 204 for what is not there, others 404.
    code=$(bucket_request DELETE "$key" '' "$NOTHING" --output /dev/null --write-out '%{http_code}') || [ "$code" = 404 ] || return 1
  done <<<"$(awk '/\/sha256$/ {print}' <<<"$keys")
$(awk '!/\/sha256$/ {print}' <<<"$keys")"
}

# fetch NAME FILE: one file of a backup on standard output.
fetch() {
  if [ "$storage" = directory ]; then
    cat "$directory/$1/$2"
  else
    bucket_request GET "$prefix$1/$2" '' "$NOTHING"
  fi
}

# dump_of NAME: how its dump is called, as its hashes say.
dump_of() { awk '$2 ~ /^dump(\.age)?$/ {print $2}' <<<"$1"; }

# size_of NAME FILE: bytes of one file.
size_of() {
  if [ "$storage" = directory ]; then
    stat --format=%s "$directory/$1/$2"
  else
    bucket_request HEAD "$prefix$1/$2" '' "$NOTHING" --head | tr -d '\r' | awk 'tolower($1) == "content-length:" {print $2}'
  fi
}

# sound NAME: whether the files of a backup are what they were. In a directory every byte is read; in a bucket, which keeps
# checksums of its own, the manifest is read and the length of the dump compared.
sound() {
  local hashes dump manifest
  hashes=$(fetch "$1" sha256 2>/dev/null) || return 1
  dump=$(dump_of "$hashes")
  [ -n "$dump" ] || return 1
  if [ "$storage" = directory ]; then
    (cd "$directory/$1" && sha256sum --status --strict --check sha256 2>/dev/null) || return 1
  else
    manifest=$(fetch "$1" manifest 2>/dev/null && printf .) || return 1
    printf '%s' "${manifest%.}" | sha256sum | grep -q "^$(awk '$2 == "manifest" {print $1}' <<<"$hashes")" || return 1
    [ "$(size_of "$1" "$dump" 2>/dev/null)" = "$(awk '$1 == "bytes" {print $2}' <<<"$manifest")" ] || return 1
  fi
}

# metric FILE: puts standard input where node-exporter's textfile collector reads it, all of it or nothing.
metric() {
  local folder=${BACKUP_METRICS_DIR:-}
  if [ -z "$folder" ]; then
    cat >/dev/null
    return
  fi
  cat >"$folder/.$1.$$"
  chmod 644 "$folder/.$1.$$"
  mv "$folder/.$1.$$" "$folder/$1"
}
