// How long to wait before the next try.
#pragma once

#include <absl/random/random.h>
#include <absl/time/time.h>

#include <algorithm>

namespace rookery::sidecar {

// Full jitter from 100 ms up to 30 s, so that many workers do not come back at once. Not
// thread-safe.
class Backoff {
 public:
  absl::Duration Next() {
    limit_ = std::min(limit_ * 2, kMost);
    return std::max(absl::Milliseconds(20), limit_ * absl::Uniform(random_, 0.0, 1.0));
  }
  void Reset() { limit_ = kLeast; }

 private:
  static constexpr absl::Duration kLeast = absl::Milliseconds(50);
  static constexpr absl::Duration kMost = absl::Seconds(30);

  absl::BitGen random_;
  absl::Duration limit_ = kLeast;
};

}  // namespace rookery::sidecar
