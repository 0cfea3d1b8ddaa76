# The server in the foreground, and the demo.
# shellcheck shell=bash

server_pid=

cmd_up() {
  local options=() is_split=
  build release
  while [[ $# -gt 0 ]]; do
    if [[ $1 == --split ]]; then is_split=1; else options+=("$1"); fi
    # Without a folder of the caller's, the build that the mlflow package ships.
    if [[ $1 == --mlflow-ui && ${2:---} == --* ]]; then
      ensure_venv mlflow317
      options+=("$(mlflow_ui)")
    fi
    shift
  done
  [[ -z $is_split ]] || up_split "${options[@]}"
  exec build/release/bin/rookery server "${options[@]}"
}

# The folder of MLflow's web UI. The environment mlflow317 must be there.
mlflow_ui() {
  "$VENVS/mlflow317/bin/python" -c '
from importlib.resources import files
print(files("mlflow") / "server/js/build")'
}

cmd_demo() {
  local port=0
  while [[ $# -gt 0 ]]; do
    case $1 in
      --port)
        port=${2:?dev: --port needs a number}
        shift 2
        ;;
      --port=*)
        port=${1#*=}
        shift
        ;;
      *) bad_option "$1" ;;
    esac
  done
  build release
  ensure_venv mlflow317

  local python=$VENVS/mlflow317/bin/python
  mkdir -p build/demo
  local folder
  folder=$(mktemp -d "$ROOT/build/demo/$(date +%Y%m%d-%H%M%S)-XXXX")
  trap stop_server EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  start_server "$folder" --port "$port" --grpc-port 0
  echo "Rookery serves at $MLFLOW_TRACKING_URI; its data and server.log are in ${folder#"$ROOT/"}/."
  step train "Training penguins with MLflow's client" "$python" examples/penguins/train.py
  tail -n 1 "$LOGS/train.log"
  echo
  "$python" examples/penguins/show.py
  if [[ -t 0 && -t 1 ]]; then
    echo
    echo "The server runs until you press Ctrl-C. To use it from another terminal:"
    echo "  export MLFLOW_TRACKING_URI=$MLFLOW_TRACKING_URI"
    wait "$server_pid"
  fi
}

# start_server FOLDER OPTION...: in FOLDER, where it also keeps its data; sets MLFLOW_TRACKING_URI once it
# says that it listens.
start_server() {
  local folder=$1 log=$1/server.log deadline=$((SECONDS + 30)) url=
  shift
  (cd "$folder" && exec "$ROOT/build/release/bin/rookery" server "$@") >"$log" 2>&1 &
  server_pid=$!
  while [[ -z $url ]]; do
    kill -0 "$server_pid" 2>/dev/null || fail "the server did not start: $(tail -n 5 "$log")"
    ((SECONDS < deadline)) || fail "the server did not say within 30 s that it listens: $(tail -n 5 "$log")"
    sleep 0.05
    url=$(grep -oE 'listening on http://[^ ]+' "$log" | head -n 1 | cut -d ' ' -f 3) || true
  done
  export MLFLOW_TRACKING_URI=$url
}

stop_server() {
  [[ -n $server_pid ]] || return 0
  kill -TERM "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}
