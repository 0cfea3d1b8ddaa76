# The four programs in the foreground.
# shellcheck shell=bash
# shellcheck disable=SC2154 # postgres.sh sets pg_uri and pg_problem.

readonly SPLIT=$ROOT/build/split
# Their names by process id.
declare -A parts=()

# The four programs, on a PostgreSQL whose data stay in build/split/ unless another is named. Options are
# the gateway's.
up_split() {
  local uri='' options=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --backend-store-uri)
        uri=${2:?dev: --backend-store-uri needs a URI}
        shift
        ;;
      --backend-store-uri=*) uri=${1#*=} ;;
      *) options+=("$1") ;;
    esac
    shift
  done
  trap stop_split EXIT
  # Ctrl-C is how it ends.
  trap 'exit 0' INT TERM
  mkdir -p "$SPLIT"
  if [[ -z $uri ]]; then
    ensure_packages test
    keep_postgres "$SPLIT/postgres" || fail "PostgreSQL does not start: $pg_problem"
    uri=$pg_uri
  fi
  # By the environment, since everybody may read the list of processes.
  export ROOKERY_BACKEND_STORE_URI=$uri
  start_part rookery-tracking
  start_part rookery-registry
  start_part rookery-artifact
  start_part rookery-gateway "${options[@]}"
  echo "Data and logs are in build/split/. Ctrl-C ends all."
  local ended
  wait -n -p ended || true
  fail "${parts[$ended]} has ended: $(tail -n 5 "$SPLIT/${parts[$ended]}.log")"
}

# start_part NAME OPTION...: in the background, out of Ctrl-C's reach; prints its announcement.
start_part() {
  local name=$1 log=$SPLIT/$1.log deadline=$((SECONDS + 30)) pid announced
  shift
  (cd "$SPLIT" && exec setsid "$ROOT/build/release/bin/$name" "$@") >"$log" 2>&1 &
  pid=$!
  parts[$pid]=$name
  until announced=$(grep -E "^$name [0-9.]+ (serving|listening)" "$log"); do
    kill -0 "$pid" 2>/dev/null || fail "$name did not start: $(tail -n 5 "$log")"
    ((SECONDS < deadline)) || fail "$name did not say within 30 s that it serves: $(tail -n 5 "$log")"
    sleep 0.05
  done
  echo "$announced"
}

stop_split() {
  local pid
  # All at once: who waits for another is told that it is gone.
  for pid in "${!parts[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${!parts[@]}"; do wait "$pid" 2>/dev/null || true; done
  stop_postgres
}
