#!/bin/sh
# What the official image's entrypoint does: with the variables that deploy/docker-compose.yml sets, and with those of a plain
# "docker run", where it starts as root and goes on as postgres.
set -eu
if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"; fi
data=/var/lib/postgresql/18/docker
if [ ! -s "$data/PG_VERSION" ]; then
  mkdir -p "$data"
  password=${POSTGRES_PASSWORD_FILE:-}
  if [ -z "$password" ]; then
    password=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" > "$password"
  fi
  initdb --pgdata="$data" --username=postgres --pwfile="$password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale-provider=builtin --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
fi
if [ "${1:-}" = postgres ]; then shift; fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@"
