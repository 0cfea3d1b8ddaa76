#include "libs/http/connection_set.h"

#include <vector>

#include "libs/http/server_options.h"

namespace rookery::http {

size_t ConnectionSet::Add(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  Connection* const key = connection.get();
  connections_.emplace(key, std::move(connection));
  open_.Add(1);
  return connections_.size();
}

void ConnectionSet::Remove(Connection* connection) {
  std::shared_ptr<Connection> removed;  // Destroyed without the lock.
  const std::lock_guard lock(mutex_);
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  removed = std::move(found->second);
  connections_.erase(found);
  open_.Add(-1);
  if (connections_.empty()) empty_.notify_all();
}

size_t ConnectionSet::size() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

void ConnectionSet::ForEach(const std::function<void(Connection&)>& visit) const {
  std::vector<std::shared_ptr<Connection>> copy;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, connection] : connections_) copy.push_back(connection);
  }
  for (const auto& connection : copy) visit(*connection);
}

bool ConnectionSet::WaitUntilEmpty(absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, Chrono(timeout), [this] { return connections_.empty(); });
}

}  // namespace rookery::http
