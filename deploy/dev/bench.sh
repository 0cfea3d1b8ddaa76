# Benchmarks: C++ ones of libraries (build/release/bench/), Python ones of whole servers (tests/bench/).
# shellcheck shell=bash
# shellcheck disable=SC2154 # postgres.sh sets pg_problem.

# cmd_bench [NAME...] [OPTION...]: options go to the Python benches.
cmd_bench() {
  local names=() options=() name
  while [[ $# -gt 0 ]]; do
    case $1 in
      --large | --rookery-only) options+=("$1") ;;
      --rounds | --seconds)
        options+=("$1" "${2:?dev: $1 needs a number}")
        shift
        ;;
      -*) bad_option "$1" ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  build release
  [[ ${#names[@]} -gt 0 ]] || mapfile -t names < <(bench_names)
  for name in "${names[@]}"; do
    bench_names | grep -qxF "$name" || fail "there is no bench '$name'; there are: $(bench_names | xargs)"
  done
  for name in "${names[@]}"; do
    ensure_bench_servers
    [[ $name != azure ]] || ensure_venv azureml
    if [[ -f tests/bench/$name.py ]]; then
      PYTHONPATH=$ROOT "$VENVS/mlflow317/bin/python" -m "tests.bench.$name" "${options[@]}"
    else
      "build/release/bench/rookery_${name}_bench"
    fi
    echo
  done
}

bench_names() {
  local file
  for file in build/release/bench/rookery_*_bench tests/bench/*.py; do
    file=${file##*/rookery_}
    file=${file%_bench}
    file=${file##*/}
    echo "${file%.py}"
  done
}

# PostgreSQL, wrk and the server of MLflow, once.
ensure_bench_servers() {
  [[ -z $pg_pid ]] || return 0
  ensure_packages test bench
  ensure_venv mlflow317
  ensure_venv bench
  trap stop_postgres EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Never somebody's own database.
  unset ROOKERY_TEST_POSTGRES
  start_postgres || fail "$pg_problem"
  export ROOKERY_BENCH_POSTGRES_PID=$pg_pid
}
