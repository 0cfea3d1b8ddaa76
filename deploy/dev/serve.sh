# The server in the foreground, and the demo.
# shellcheck shell=bash

server_pid=
# shellcheck disable=SC2034 # By its name, in start and stop.
devcloud_pid=
# shellcheck disable=SC2034
sidecar_pid=
started=
# What another terminal is to say to use the demo's server, and where a browser finds what it stored.
demo_use=()
demo_link=

cmd_up() {
  local options=() is_split=
  build release
  while [[ $# -gt 0 ]]; do
    if [[ $1 == --split ]]; then is_split=1; else options+=("$1"); fi
    # Without a folder of the caller's, the build that the mlflow package ships.
    if [[ $1 == --mlflow-ui && ${2:---} == --* ]]; then
      ensure_venv mlflow317
      options+=("$(mlflow_ui mlflow317)")
    fi
    shift
  done
  [[ -z $is_split ]] || up_split "${options[@]}"
  exec build/release/bin/rookery server "${options[@]}"
}

# mlflow_ui ENVIRONMENT: the folder of its MLflow's web UI. The environment must be there.
mlflow_ui() {
  "$VENVS/$1/bin/python" -c '
from importlib.resources import files
print(files("mlflow") / "server/js/build")'
}

cmd_demo() {
  local port=0 is_azureml=
  while [[ $# -gt 0 ]]; do
    case $1 in
      --azureml)
        is_azureml=1
        shift
        ;;
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

  mkdir -p build/demo
  local folder
  folder=$(mktemp -d "$ROOT/build/demo/$(date +%Y%m%d-%H%M%S)-XXXX")
  trap 'stop devcloud; stop sidecar; stop server' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [[ -n $is_azureml ]]; then
    demo_azureml "$folder" "$port"
  else
    demo_mlflow "$folder" "$port"
  fi
  if [[ -t 0 && -t 1 ]]; then
    echo
    [[ -z $demo_link ]] || echo "In a browser, which does not know who signed the certificate: $demo_link"
    echo "The server runs until you press Ctrl-C. To use it from another terminal:"
    printf '  %s\n' "${demo_use[@]}"
    wait "$server_pid"
  fi
}

# demo_mlflow FOLDER PORT: MLflow's client and a sidecar, whose server is killed in the middle.
demo_mlflow() {
  ensure_venv mlflow317
  local folder=$1 python=$VENVS/mlflow317/bin/python server grpc probes training
  start_server "$folder" --port "$2" --grpc-port 0
  server=$MLFLOW_TRACKING_URI
  grpc=$(grep -oE 'gRPC [^)]+' "$folder/server.log" | tail -n 1)
  grpc=${grpc#gRPC }
  demo_use=("export MLFLOW_TRACKING_URI=$server")
  say_where "$folder"
  start sidecar "$folder" 'probes http://[0-9.:]+' run --spool "$folder/spool" --http 127.0.0.1:0 \
    --metrics 127.0.0.1:0 --upstream "rookery://$grpc"
  probes=$started
  MLFLOW_TRACKING_URI=$(grep -oE 'listening on http://[0-9.:]+' "$folder/sidecar.log" | grep -oE 'http.*')
  echo "A sidecar takes what is logged at $MLFLOW_TRACKING_URI; its spool is in ${folder#"$ROOT/"}/spool/."
  step train "Training penguins with MLflow's client, while the server is killed and started again" \
    "$python" examples/penguins/train.py &
  training=$!
  await_points "$probes" "$training"
  kill -KILL "$server_pid"
  wait "$server_pid" 2>/dev/null || true
  start_server "$folder" --port "${server##*:}" --grpc-port "${grpc##*:}"
  wait "$training"
  curl --fail --silent --show-error "$probes/flush?timeout=60s" >/dev/null || fail "the sidecar cannot send what it has"
  tail -n 1 "$LOGS/train.log"
  echo
  "$python" examples/penguins/show.py
  ROOKERY_SERVER=$server "$python" deploy/dev/nothing_missing.py
}

# await_points PROBES PID: until the sidecar has sent points on, or the process has ended.
await_points() {
  local points=0
  while [[ $points == 0 ]] && kill -0 "$2" 2>/dev/null; do
    sleep 0.01
    points=$(curl --fail --silent "$1/metrics" | sed -n 's/^rookery_sidecar_forward_points_total //p')
  done
}

# demo_azureml FOLDER PORT: a notebook's lines as on Azure, with Azure's own packages. SDK v1 calls the
# host of artifacts by a name that it makes itself, which is this machine for its process alone. What the
# studio would show is in the web UI, at the link that MLflow prints.
demo_azureml() {
  local folder=$1 certificate=$1/devcloud/server.pem host port lines log=$LOGS/azureml-show.log
  local example=$ROOT/examples/azureml_penguins
  local client=("$ROOT/deploy/dev/with_host.sh" acct.blob.localhost "$VENVS/azureml/bin/python")
  ensure_venv azureml
  # Makes the certificate. Which ports there are is known later.
  rookery_in "$folder" devcloud env --gateway localhost:1 >/dev/null
  start_server "$folder" --port "$2" --grpc-port 0 --tls-cert "$certificate" --tls-key "$certificate" \
    --blob-url 'https://acct.blob.{host}' --mlflow-ui "$(mlflow_ui azureml)"
  host=localhost:${MLFLOW_TRACKING_URI##*:}
  start devcloud "$folder" 'on http://127.0.0.1:[0-9]+' devcloud --gateway "$host" --port 0
  port=${started##*:}
  # The name that is in the certificate.
  MLFLOW_TRACKING_URI=https://$host
  say_where "$folder"
  lines=$(rookery_in "$folder" devcloud env --gateway "$host" --port "$port")
  rookery_in "$folder" devcloud env --config >"$folder/config.json"
  demo_use=("eval \"\$(cd '$folder' && '$ROOT/build/release/bin/rookery' devcloud env --gateway $host --port $port)\""
    "cd '$folder'  # has the config.json of Workspace.from_config()")
  unset MLFLOW_TRACKING_URI
  eval "$lines"
  # Where Azure's SDK looks for config.json.
  cd "$folder" || return
  step azureml-train "Training penguins with azureml-core and azureml-mlflow" "${client[@]}" "$example/train.py"
  tail -n 2 "$LOGS/azureml-train.log"
  echo
  # The SDK warns of its own doings, and MLflow draws bars.
  "${client[@]}" "$example/show.py" 2>"$log" || fail "what was stored is not what it should be: $(tail -n 5 "$log")"
  demo_link=$(sed -n 's/.*View run .* at: //p' "$LOGS/azureml-train.log")
  cd "$ROOT" || return
}

say_where() { echo "Rookery serves at $MLFLOW_TRACKING_URI; its data and logs are in ${1#"$ROOT/"}/."; }

# rookery_in FOLDER WORD...
rookery_in() { (cd "$1" && shift && exec "$ROOT/build/release/bin/rookery" "$@"); }

# start_server FOLDER OPTION...: in FOLDER, where it also keeps its data; sets MLFLOW_TRACKING_URI once it
# says that it listens.
start_server() {
  local folder=$1
  shift
  start server "$folder" 'listening on https?://[^ ]+' server "$@"
  export MLFLOW_TRACKING_URI=$started
}

# start NAME FOLDER PATTERN WORD...: `rookery WORD...` (the sidecar: `rookery-sidecar WORD...`) in FOLDER, with
# its log in NAME.log there. Sets `started` to the last word of what it says by PATTERN, and NAME_pid.
start() {
  local name=$1 folder=$2 pattern=$3 log=$2/$1.log deadline=$((SECONDS + 30)) pid program=rookery
  shift 3
  [[ $name != sidecar ]] || program=rookery-sidecar
  (cd "$folder" && exec "$ROOT/build/release/bin/$program" "$@") >"$log" 2>&1 &
  pid=$!
  printf -v "${name}_pid" '%s' "$pid"
  started=
  while [[ -z $started ]]; do
    kill -0 "$pid" 2>/dev/null || fail "the $name did not start: $(tail -n 5 "$log")"
    ((SECONDS < deadline)) || fail "the $name did not say within 30 s that it serves: $(tail -n 5 "$log")"
    sleep 0.05
    started=$(grep -oE "$pattern" "$log" | head -n 1 | grep -oE '[^ ]+$') || true
  done
}

# stop NAME: what `start` started.
stop() {
  local variable=${1}_pid
  [[ -n ${!variable} ]] || return 0
  kill -TERM "${!variable}" 2>/dev/null || true
  wait "${!variable}" 2>/dev/null || true
  printf -v "$variable" ''
}
