// What has a time by which it must be over.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "libs/base/steady.h"

namespace rookery::rpc {

// Calls back when a time has come, on a thread of its own. Thread-safe.
class Deadlines {
 public:
  using Expire = std::function<void()>;
  using Key = std::pair<SteadyTime, uint64_t>;

  Deadlines();
  // What has not expired by then never does.
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // `expire` is called at `time` unless it is removed before; it must not wait.
  Key Add(SteadyTime time, Expire expire);
  // Nothing happens if it has expired; if it is just about to, it does so all the same.
  void Remove(const Key& key);

 private:
  void Work();

  std::mutex mutex_;
  // There is an earlier time to wait for, or nothing at all.
  std::condition_variable changed_;
  std::map<Key, Expire> entries_;  // guarded by mutex_
  uint64_t added_ = 0;             // guarded by mutex_
  bool stopping_ = false;          // guarded by mutex_
  std::jthread thread_;
};

}  // namespace rookery::rpc
