# Every test there is, each part even if an earlier one failed, the runners' own summaries last.
# shellcheck shell=bash

cmd_test() {
  local preset=release on_kubernetes=''
  while [[ $# -gt 0 ]]; do
    case $1 in
      --asan) preset=asan ;;
      --tsan) preset=tsan ;;
      --long) export ROOKERY_TEST_LONG=1 ;;
      --kubernetes) on_kubernetes=1 ;;
      *) bad_option "$1" ;;
    esac
    shift
  done
  if [[ -n $on_kubernetes ]]; then
    test_kubernetes
    return
  fi
  build "$preset"
  ensure_venv mlflow317
  ensure_venv mlflow222
  ensure_venv grpc
  ensure_venv azureml
  ensure_venv spark
  ensure_venv kubernetes
  ensure_helm

  local failed=() not_run=() installed fuzzed ctest_log=$LOGS/ctest.log
  # Never somebody's own database.
  unset ROOKERY_TEST_POSTGRES
  trap stop_postgres EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Not in a condition, where -e would be off within.
  set +e
  (
    set -e
    ensure_packages test
  )
  installed=$?
  set -e
  [[ $installed -eq 0 ]] || pg_problem="the Debian packages of the tests could not be installed"
  if [[ -n $pg_problem ]] || ! start_postgres; then
    not_run+=("NOT RUN: PostgreSQL tests: $pg_problem")
    failed+=("PostgreSQL")
  fi
  set +e
  (
    set -e
    ensure_ui_test
  )
  installed=$?
  set -e
  if [[ $installed -ne 0 ]]; then
    not_run+=("NOT RUN: the web UI's test: Chromium, npm or playwright-core could not be installed")
    failed+=("web UI")
  fi
  [[ ${#not_run[@]} -eq 0 ]] || printf '%s\n' "${not_run[@]}"

  # Otherwise undefined behaviour is only told of, to where nobody looks.
  export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
  # Uninstrumented libraries (gRPC's above all) look like races to TSan.
  export TSAN_OPTIONS=${TSAN_OPTIONS:-ignore_noninstrumented_modules=1}
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" 2>&1 |
    tee "$ctest_log" || failed+=(ctest)
  if [[ -n ${ROOKERY_TEST_LONG:-} ]]; then
    set +e
    (
      set -e
      build fuzz
      fuzz_all 60
    )
    fuzzed=$?
    set -e
    [[ $fuzzed -eq 0 ]] || failed+=(fuzzer)
  fi
  [[ $preset == release ]] || export ROOKERY_TEST_SANITIZER=$preset
  export ROOKERY=$ROOT/build/$preset/bin/rookery
  export ROOKERY_BIN_DIR=$ROOT/build/$preset/bin
  run_pytest mlflow317 --ignore=tests/{check,grpc,azure,helm,kubernetes,spark} tests || failed+=(pytest)
  # MLflow wants another protobuf.
  run_pytest grpc tests/grpc || failed+=("pytest of gRPC")
  # Azure's clients want an older MLflow.
  run_pytest azureml tests/azure || failed+=("pytest of Azure's clients")
  run_pytest spark tests/spark || failed+=("pytest of Spark")
  run_pytest kubernetes tests/helm || failed+=("pytest of the charts")

  echo
  [[ ${#not_run[@]} -eq 0 ]] || printf '%s\n' "${not_run[@]}"
  [[ ${#failed[@]} -eq 0 ]] || echo "FAILED: ${failed[*]}"
  grep -E '^[0-9]+% tests passed|^No tests were found' "$ctest_log" || echo "ctest broke off"
  # Pytest's own last lines.
  tail -q -n 1 "$LOGS"/pytest-{mlflow317,grpc,azureml,spark,kubernetes}.log
  [[ ${#failed[@]} -eq 0 ]]
}

# run_pytest ENVIRONMENT WORD...
run_pytest() {
  local environment=$1
  shift
  "$VENVS/$environment/bin/python" -m pytest --color=no --durations=10 "$@" 2>&1 | tee "$LOGS/pytest-$environment.log"
}
