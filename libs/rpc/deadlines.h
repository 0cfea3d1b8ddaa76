// What has a time by which it must be over.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

namespace rookery::rpc {

// Calls back when a time has come, on a thread of its own. Thread-safe.
class Deadlines {
 public:
  using Expire = std::function<void()>;
  using Key = std::pair<absl::Time, uint64_t>;

  Deadlines();
  // What has not expired by then never does.
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // `expire` is called at `time` unless it is removed before; it must not wait.
  Key Add(absl::Time time, Expire expire);
  // Nothing happens if it has expired; if it is just about to, it does so all the same.
  void Remove(const Key& key);

 private:
  void Work();

  absl::Mutex mutex_;
  // There is an earlier time to wait for, or nothing at all.
  absl::CondVar changed_;
  std::map<Key, Expire> entries_ ABSL_GUARDED_BY(mutex_);
  uint64_t added_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace rookery::rpc
