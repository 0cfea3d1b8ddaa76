// What a Database tells Prometheus.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/metrics/registry.h"

namespace rookery::db {

// Of one pool. Immutable.
struct PoolMetrics {
  PoolMetrics() = default;
  // `registry` may be null.
  PoolMetrics(metrics::Registry* registry, const std::string& pool, int limit);

  metrics::Gauge in_use;
  metrics::Gauge idle;
  // Of those that had to wait.
  metrics::Histogram wait;
};

// Of all statements and transactions of a database. Thread-safe.
class DatabaseMetrics {
 public:
  // `registry` may be null.
  explicit DatabaseMetrics(metrics::Registry* registry);

  // How long the statement took. A look-up under a shared lock, small beside any statement.
  void Took(std::string_view statement, absl::Duration duration);
  // How a transaction failed for good.
  void Failed(const Status& status);

  // Why a transaction was run again.
  metrics::Counter conflicts;
  metrics::Counter stale_connections;

 private:
  metrics::Histogram Find(std::string_view statement);

  metrics::Registry* const registry_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, metrics::Histogram> statements_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rookery::db
