// What a load tells while it runs.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <cstdint>

namespace rookery::bench {

// Counts what is stored and prints a line of JSON whenever another `every` points are (0: never).
// Any thread may count.
class Progress {
 public:
  Progress(int64_t every, absl::Time begin) : every_(every), begin_(begin) {}

  void Add(int64_t points);

 private:
  const int64_t every_;
  const absl::Time begin_;
  std::atomic<int64_t> stored_ = 0;
};

}  // namespace rookery::bench
