# A PostgreSQL 15 of our own, for one test run or with data that stay: a free port on loopback, a random
# password, durable as in production (fsync on).
# shellcheck shell=bash
# shellcheck disable=SC2034 # test.sh prints pg_problem.

readonly PG_BIN=/usr/lib/postgresql/15/bin
pg_folder=
pg_is_kept=
pg_pid=
pg_uri=
pg_problem=

# Sets ROOKERY_TEST_POSTGRES, or returns 1 with the reason in $pg_problem. The caller must see to it that
# stop_postgres runs at exit.
start_postgres() {
  pg_folder=$(mktemp -d "${TMPDIR:-/tmp}/rookery-postgres.XXXXXX") || {
    pg_problem="no temporary folder"
    return 1
  }
  run_postgres || return 1
  export ROOKERY_TEST_POSTGRES=$pg_uri
}

# keep_postgres FOLDER: the same with data that stay in the folder; sets pg_uri.
keep_postgres() {
  pg_folder=$1 pg_is_kept=1
  mkdir -p "$pg_folder"
  run_postgres
}

run_postgres() {
  local log=$LOGS/postgres.log password port try
  mkdir -p "$LOGS"
  if [[ ! -d $pg_folder/data ]]; then
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$pg_folder/password"
    [[ $EUID -ne 0 ]] || chown -R postgres: "$pg_folder"
    # ICU's en-US, so that a statement which forgets COLLATE "C" is found out.
    if ! as_postgres "$PG_BIN/initdb" -D "$pg_folder/data" -U rookery --pwfile "$pg_folder/password" \
      --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 \
      --locale-provider icu --icu-locale en-US >"$log" 2>&1; then
      pg_problem="initdb failed: $(tail -n 1 "$log") (build/logs/postgres.log)"
      return 1
    fi
  fi
  password=$(<"$pg_folder/password")
  # Another process may take the port between the look and the start.
  for try in 1 2 3; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    if as_postgres "$PG_BIN/pg_ctl" start --wait --timeout 60 --silent -D "$pg_folder/data" \
      --log "$pg_folder/server.log" --options "-h 127.0.0.1 -p $port -k ''" >>"$log" 2>&1; then
      pg_pid=$(as_postgres head -n 1 "$pg_folder/data/postmaster.pid")
      pg_uri=postgresql://rookery:$password@127.0.0.1:$port/postgres
      return 0
    fi
  done
  as_postgres cat "$pg_folder/server.log" >>"$log" 2>&1
  pg_problem="it did not start after $try tries: $(tail -n 1 "$log") (build/logs/postgres.log)"
  return 1
}

stop_postgres() {
  if [[ -n $pg_pid ]]; then
    # Where nothing is wanted any more, at once and without a checkpoint.
    local signal=QUIT
    [[ -z $pg_is_kept ]] || signal=INT
    kill "-$signal" "$pg_pid" 2>/dev/null || true
    local deadline=$((SECONDS + 20))
    while kill -0 "$pg_pid" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.05; done
    pg_pid=
  fi
  [[ -n $pg_is_kept || -z $pg_folder ]] || rm -rf "$pg_folder"
  pg_folder=
}

# The server refuses to run as root.
as_postgres() {
  if [[ $EUID -eq 0 ]]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}
