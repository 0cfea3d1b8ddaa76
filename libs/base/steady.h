// Time by which durations are measured.
#pragma once

#include <absl/time/time.h>

#include <chrono>

namespace rookery {

// Goes on evenly, whatever is done to the machine's clock, and names no date. Whatever waits, gives
// up, or tells how long something took goes by it; absl::Time is for dates, and for deadlines that
// come from outside.
using SteadyTime = std::chrono::steady_clock::time_point;

inline SteadyTime SteadyNow() { return std::chrono::steady_clock::now(); }

// Infinity and other durations that last longer than any program are SteadyTime::max().
inline SteadyTime SteadyIn(absl::Duration duration) {
  constexpr absl::Duration kForEver = absl::Hours(24 * 365 * 100);
  if (duration >= kForEver) return SteadyTime::max();
  return SteadyNow() + absl::ToChronoNanoseconds(duration);
}

inline absl::Duration Since(SteadyTime then) { return absl::FromChrono(SteadyNow() - then); }

}  // namespace rookery
