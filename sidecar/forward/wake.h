// What a thread sleeps on that others wake.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "libs/base/steady.h"

namespace rookery::sidecar {

// Thread-safe; one thread sleeps.
class Wake {
 public:
  // Wakes who sleeps, or will.
  void Up() {
    const std::lock_guard lock(mutex_);
    is_up_ = true;
    changed_.notify_all();
  }

  // Forgets what woke before. What the sleep is for is looked at after this.
  void Reset() {
    const std::lock_guard lock(mutex_);
    is_up_ = false;
  }

  // Until it is woken, `stop` is asked for, or `until`. True if it was woken since Reset.
  bool Sleep(const std::stop_token& stop, SteadyTime until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, stop, until, [this] { return is_up_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_up_ = false;
};

}  // namespace rookery::sidecar
