# libFuzzer's targets, which clang builds.
# shellcheck shell=bash

# fuzz_all SECONDS: each target so long; fails if anything was found.
fuzz_all() {
  local failed=0
  fuzz_target segment "the decoder of segments" libs/segment/fuzz/seeds "$1" || failed=1
  fuzz_target ingress "requests to the sidecar" sidecar/face/fuzz/seeds "$1" || failed=1
  fuzz_target spool "the reader of spools" sidecar/spool/fuzz/seeds "$1" || failed=1
  return "$failed"
}

# fuzz_target NAME WHAT SEEDS SECONDS
fuzz_target() {
  local name=$1 what=$2 seeds=$ROOT/$3 seconds=$4
  local log=$LOGS/fuzz-$name.log corpus=$ROOT/build/fuzz/corpus/$name found=$ROOT/build/fuzz/found
  mkdir -p "$corpus" "$found"
  echo "Fuzzing $what for $seconds s"
  # New inputs go to the first folder.
  if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-16 \
    "$ROOT/build/fuzz/fuzz/rookery_${name}_fuzz" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
    -artifact_prefix="$found/" "$corpus" "$seeds" >"$log" 2>&1; then
    tail -n 1 "$log"
    return 0
  fi
  echo "It broke: $what; all of it is in ${log#"$ROOT/"}, the input in build/fuzz/found/:"
  grep -vE '^#[0-9]+' "$log" | tail -n 40
  return 1
}
