# What ./dev says: one line per step, with the seconds that it took; details go to build/logs/.
# shellcheck shell=bash

readonly LOGS=$ROOT/build/logs

# step NAME WORDS COMMAND...: says the words, runs the command with its output in build/logs/NAME.log, and
# ends the script with that log's tail if it fails. Not for use in conditions: they switch -e off within.
step() {
  local log=$LOGS/$1.log words=$2 start=$SECONDS status
  shift 2
  mkdir -p "$LOGS"
  printf '%s ... ' "$words"
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  if [[ $status -ne 0 ]]; then
    echo "failed. The end of ${log#"$ROOT/"}:"
    tail -n 40 "$log" | sed 's/^/    /'
    exit "$status"
  fi
  echo "$((SECONDS - start)) s"
}

fail() {
  echo "dev: $*" >&2
  exit 1
}

bad_option() {
  echo "dev: the command does not know '$1'; ./dev help lists its options" >&2
  exit 2
}
