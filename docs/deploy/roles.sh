#!/bin/bash
# Run once by the PostgreSQL container on an empty volume: the application's own role.
# It reads and writes rows; tables belong to kap_owner, which only migrates. A changed or
# deleted row of an append-only table is refused to both by triggers.
set -eu
mkdir -p -m 0700 /var/lib/postgresql/archive
psql -v ON_ERROR_STOP=1 -v password="$KAP_APP_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE kap_app LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CONNECT ON DATABASE kap TO kap_app;
GRANT USAGE ON SCHEMA public TO kap_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO kap_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO kap_app;
SQL
