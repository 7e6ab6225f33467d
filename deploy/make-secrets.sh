#!/bin/sh
# Which secrets does a deployment need, and where do they come from?
# Writes each file docker-compose.yml names into ./secrets (or DIR), once: what exists is kept.
# The key ring, keys.toml, comes from `intake keys generate` (docs/operations.md).
#
# Usage: deploy/make-secrets.sh [DIR]
set -eu
umask 077
dir=${1:-secrets}
mkdir -p "$dir"
chmod 0700 "$dir"   # the wall: files inside are readable so that a container's own account can read its mount

random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

put() {  # put NAME TEXT: never overwrites, for an old password may already be in use
    if [ -e "$dir/$1" ]; then echo "kept    $dir/$1" >&2; return; fi
    printf '%s' "$2" > "$dir/$1"   # no newline: a reader may take the file as it is
    chmod 0444 "$dir/$1"
    echo "written $dir/$1" >&2
}

database_url() { echo "postgresql+psycopg://$1:$2@postgres:5432/${3:-intake}"; }

put superuser_password "$(random)"
put bootstrap_database_url "$(database_url postgres "$(cat "$dir/superuser_password")" postgres)"
put migration_database_url "$(database_url intake_migrator "$(random)")"
put database_url "$(database_url intake_api "$(random)")"
put worker_database_url "$(database_url intake_worker "$(random)")"

put valkey_conf "requirepass $(random)"
put redis_url "redis://:$(sed 's/^requirepass //' "$dir/valkey_conf")@valkey:6379/0"

put secret_key "$(random)"
put sms_gateway_token "replace-with-the-provider-token"
put smtp_url "smtp://mail:1025"
