#!/bin/sh
# Run once by PostgreSQL's image: the collector's role, which row-level security binds, and its database.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$GUANJIN_DB_PASSWORD" -U postgres <<'END'
CREATE ROLE guanjin LOGIN PASSWORD :'password';
CREATE DATABASE guanjin OWNER guanjin;
END
