// Keeps a crowd from filling the log.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>

namespace rookery::rpc {

// Lets so many lines a second through and counts the others. Thread-safe.
class LineLimit {
 public:
  explicit LineLimit(int64_t lines_a_second) : limit_(lines_a_second) {}

  // How many were left out before this line; nothing if it is to be left out, too.
  std::optional<int64_t> Admit(absl::Time now) {
    const int64_t second = absl::ToUnixSeconds(now);
    absl::MutexLock lock(&mutex_);
    if (second != second_) {
      second_ = second;
      written_ = 0;
    }
    if (written_ >= limit_) {
      ++left_out_;
      return std::nullopt;
    }
    ++written_;
    const int64_t before = left_out_;
    left_out_ = 0;
    return before;
  }

 private:
  const int64_t limit_;
  absl::Mutex mutex_;
  int64_t second_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t written_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace rookery::rpc
