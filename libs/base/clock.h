// Time, passed in so that tests can set it.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <mutex>

namespace rookery {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;

  // Unix time in milliseconds, as the database and MLflow's JSON keep it.
  int64_t NowMs() const { return absl::ToUnixMillis(Now()); }

  // The machine's clock.
  static const Clock& Real();
};

// A clock that stands still until it is set.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000)) : now_(now) {}
  absl::Time Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;
};

}  // namespace rookery
