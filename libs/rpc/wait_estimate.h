// How long a task would wait for one of an executor's threads.
#pragma once

#include <absl/time/time.h>

#include <cstddef>

namespace rookery::rpc {

// From how long tasks took lately. One bad second is forgotten after some ten quick tasks. Not
// thread-safe.
class WaitEstimate {
 public:
  explicit WaitEstimate(int threads) : threads_(threads) {}

  void TaskTook(absl::Duration duration) { mean_ += (duration - mean_) / kMemory; }

  // Of a task that `ahead` others are queued before. Nothing if there are none, so that a queue
  // that has emptied takes tasks again, however slow the last ones were.
  absl::Duration For(size_t ahead) const {
    return mean_ * static_cast<double>(ahead) / static_cast<double>(threads_);
  }

 private:
  static constexpr int kMemory = 8;

  const int threads_;
  absl::Duration mean_;
};

}  // namespace rookery::rpc
