#!/bin/sh
# Makes the shop's database on the first start, then becomes the server.
# Local connections are trusted: whoever is inside the container is the server's owner.
# Connections from outside need a password, read from /run/secrets.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --pgdata="$PGDATA" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=trust --auth-host=scram-sha-256 --no-instructions
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    # Passwords go in by standard input: an argument could be read by others.
    postgres --single -D "$PGDATA" postgres >/dev/null <<SQL
create role sternway superuser login password '$(cat /run/secrets/sternway)'
create role shop login password '$(cat /run/secrets/shop)'
create database shop owner shop
SQL
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c password_encryption=scram-sha-256 \
    -c max_connections=60 -c shared_buffers=64MB "$@"
