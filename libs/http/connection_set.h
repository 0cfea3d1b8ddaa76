// The connections of a server.
#pragma once

#include <absl/time/time.h>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "libs/metrics/instruments.h"

namespace rookery::http {

class Connection;

// Thread-safe.
class ConnectionSet {
 public:
  // `open` counts them; several sets may share it.
  explicit ConnectionSet(const metrics::Gauge& open) : open_(open) {}

  // Returns how many there are now.
  size_t Add(std::shared_ptr<Connection> connection);
  void Remove(Connection* connection);
  size_t size() const;
  void ForEach(const std::function<void(Connection&)>& visit) const;
  // Whether there was none left before `timeout` had passed.
  bool WaitUntilEmpty(absl::Duration timeout) const;

 private:
  const metrics::Gauge open_;
  mutable std::mutex mutex_;
  mutable std::condition_variable empty_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;  // Guarded by mutex_.
};

}  // namespace rookery::http
