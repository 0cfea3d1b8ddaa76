# libFuzzer's targets, which clang builds.
# shellcheck shell=bash

# fuzz_segments SECONDS: fails if anything was found.
fuzz_segments() {
  local log=$LOGS/fuzz-segments.log corpus=$ROOT/build/fuzz/corpus found=$ROOT/build/fuzz/found
  mkdir -p "$corpus" "$found"
  echo "Fuzzing the decoder of segments for $1 s"
  # New inputs go to the first folder.
  if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-14 \
    "$ROOT/build/fuzz/fuzz/rookery_segment_fuzz" -max_total_time="$1" -max_len=8192 -timeout=10 \
    -artifact_prefix="$found/" "$corpus" "$ROOT/libs/segment/fuzz/seeds" >"$log" 2>&1; then
    tail -n 1 "$log"
    return 0
  fi
  echo "The decoder of segments broke; all of it is in ${log#"$ROOT/"}, the input in build/fuzz/found/:"
  grep -vE '^#[0-9]+' "$log" | tail -n 40
  return 1
}
