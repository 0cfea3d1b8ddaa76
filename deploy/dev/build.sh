# Compiling, and running what was compiled.
# shellcheck shell=bash

export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_BASEDIR=$ROOT
export CCACHE_NOHASHDIR=1

cmd_build() {
  local preset=release
  while [[ $# -gt 0 ]]; do
    case $1 in
      --preset)
        preset=${2:?dev: --preset needs a name}
        shift 2
        ;;
      --preset=*)
        preset=${1#*=}
        shift
        ;;
      *) bad_option "$1" ;;
    esac
  done
  build "$preset"
  echo "Built build/$preset/."
}

# build PRESET [TARGET...]: packages, protos, cmake if the presets changed (ninja sees to the rest), ninja, for all or
# for the targets alone.
build() {
  local preset=$1
  shift
  case $preset in
    release | dev | asan | tsan | fuzz) ;;
    *) fail "there is no preset '$preset'; there are release, dev, asan, tsan and fuzz" ;;
  esac
  ensure_build_tools
  [[ $preset != fuzz ]] || ensure_packages fuzz
  if [[ ! -f build/$preset/build.ninja ]] || ! is_stamped "build/$preset" CMakePresets.json; then
    step "configure-$preset" "Configuring $preset" cmake --fresh --preset "$preset"
    stamp "build/$preset" CMakePresets.json
  fi
  compile "$preset" "$@"
}

# compile PRESET [TARGET...]. Ninja's progress is one line that moves on a terminal, and a line every tenth elsewhere.
compile() {
  local preset=$1 log=$LOGS/build-$1.log start=$SECONDS line tenth=0 count total
  shift
  mkdir -p "$LOGS"
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    count=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    if [[ -t 2 ]]; then
      printf '\r\033[KCompiling %s %s/%s ... ' "$preset" "$count" "$total" >&2
    elif ((count * 10 / total > tenth)); then
      tenth=$((count * 10 / total))
      echo "Compiling $preset: $count/$total, $((SECONDS - start)) s" >&2
    fi
  done < <(
    ninja -C "build/$preset" -j "$(nproc)" "$@" 2>&1
    echo "ninja exited with $?"
  ) >"$log"
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  if [[ $(tail -n 1 "$log") != "ninja exited with 0" ]]; then
    echo "Compiling $preset failed; all of it is in ${log#"$ROOT/"}:"
    # The first failure with its compiler's words, however much was compiled beside it.
    sed -n '/^FAILED: /,$p' "$log" | head -n 60 | grep . || tail -n 40 "$log"
    exit 1
  fi
  echo "Compiling $preset ... $((SECONDS - start)) s"
}

cmd_clean() {
  [[ $# -eq 0 ]] || bad_option "$1"
  rm -rf "$ROOT/build"
  echo "Removed build/."
}
