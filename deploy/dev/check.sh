# Formatting, linters and layering; tests/check/check.py does the work.
# shellcheck shell=bash

cmd_check() {
  local python=$VENVS/tools/bin/python
  ensure_build_tools
  ensure_packages check
  ensure_venv tools
  case ${1:-} in
    --self-test) "$python" -m pytest -q tests/check ;;
    --fix | '')
      # clang-tidy reads the compile commands and the headers that protoc makes.
      build release
      "$python" tests/check/check.py "$@"
      ;;
    *) bad_option "$1" ;;
  esac
}
