#include "libs/db/database_metrics.h"

#include <utility>
#include <vector>

namespace rookery::db {
namespace {

constexpr metrics::Family kLimit = {"rookery_db_connections_limit", "Connections at most."};
constexpr metrics::Family kConnections = {
    "rookery_db_connections", "Connections that a transaction has (in_use), or none (idle)."};
constexpr metrics::Family kWait = {
    "rookery_db_connection_wait_seconds",
    "How long transactions waited for a connection, of those that found none free."};
constexpr metrics::Family kStatement = {
    "rookery_db_statement_duration_seconds",
    "From sending a statement, by its name in the .sql files, to having all rows; BEGIN and COMMIT "
    "too."};
constexpr metrics::Family kErrors = {"rookery_db_errors_total",
                                     "Transactions that the database failed, by status."};
constexpr metrics::Family kRetries = {
    "rookery_db_retries_total",
    "Transactions that were run again: conflict (deadlock, serialization failure), "
    "stale_connection."};

// Beyond them a statement is one of "other": names come from .sql files, which have fewer.
constexpr size_t kMaxStatements = 500;

const std::vector<double>& StatementBuckets() {
  static const auto* const buckets = new std::vector<double>{
      0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5, 30};
  return *buckets;
}

}  // namespace

PoolMetrics::PoolMetrics(metrics::Registry* registry, const std::string& pool, int limit) {
  if (registry == nullptr) return;
  registry->AddGauge(kLimit, {{"pool", pool}}).Set(limit);
  in_use = registry->AddGauge(kConnections, {{"pool", pool}, {"state", "in_use"}});
  idle = registry->AddGauge(kConnections, {{"pool", pool}, {"state", "idle"}});
  wait = registry->AddHistogram(kWait, {{"pool", pool}});
}

DatabaseMetrics::DatabaseMetrics(metrics::Registry* registry) : registry_(registry) {
  if (registry == nullptr) return;
  conflicts = registry->AddCounter(kRetries, {{"reason", "conflict"}});
  stale_connections = registry->AddCounter(kRetries, {{"reason", "stale_connection"}});
}

void DatabaseMetrics::Took(std::string_view statement, absl::Duration duration) {
  if (registry_ != nullptr) Find(statement).Observe(duration);
}

metrics::Histogram DatabaseMetrics::Find(std::string_view statement) {
  const absl::string_view key(statement.data(), statement.size());
  {
    const absl::ReaderMutexLock lock(&mutex_);
    const auto found = statements_.find(key);
    if (found != statements_.end()) return found->second;
  }
  const absl::MutexLock lock(&mutex_);
  const bool full = statements_.size() >= kMaxStatements && !statements_.contains(key);
  const std::string name(full ? "other" : statement);
  const auto histogram =
      registry_->AddHistogram(kStatement, {{"statement", name}}, StatementBuckets());
  return statements_.emplace(name, histogram).first->second;
}

void DatabaseMetrics::Failed(const Status& status) {
  if (registry_ == nullptr) return;
  // Rare: a lock and a look-up do no harm here.
  const auto code = absl::StatusCodeToString(status.code());
  registry_->AddCounter(kErrors, {{"code", code}}).Increment();
}

}  // namespace rookery::db
