#include "tests/bench/load/progress.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <cstdio>

namespace rookery::bench {

void Progress::Add(int64_t points) {
  const int64_t before = stored_.fetch_add(points);
  if (every_ == 0 || before / every_ == (before + points) / every_) return;
  fmt::print("{{\"stored\": {}, \"seconds\": {:.3f}}}\n", before + points,
             absl::ToDoubleSeconds(absl::Now() - begin_));
  // Whoever reads looks at the clock, too.
  std::fflush(stdout);
}

}  // namespace rookery::bench
