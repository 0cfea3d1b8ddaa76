// Where all that runs log is committed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "libs/db/group_commit.h"
#include "libs/db/reclaimer.h"
#include "services/tracking/domain/known_writers.h"
#include "services/tracking/domain/log_metrics.h"
#include "services/tracking/domain/log_write.h"
#include "services/tracking/domain/run_signals.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// Commits the writes of callers who come at once in one transaction, so that they share its cost,
// and the points that they have for one run become one segment (docs/adr/0018-group-commit.md). A
// write is stored whole or refused whole, and one that is refused costs its neighbours nothing.
// Thread-safe. What is passed in must outlive it. The destructor commits what waits.
class LogCommit {
 public:
  static db::GroupQueue::Options DefaultOptions();

  // `registry` may be null.
  LogCommit(db::Database& database, const store::MetricStore& metrics, const RunSignals& signals,
            const Clock& clock, metrics::Registry* registry,
            const db::GroupQueue::Options& options = DefaultOptions());
  ~LogCommit();

  // Does not wait. RESOURCE_EXHAUSTED: too much waits.
  void Submit(std::unique_ptr<LogWrite> write);

  // For tests, where `options` say that there is no thread: see db::GroupQueue.
  bool CommitNext() { return commits_.CommitNext(); }

 private:
  using Group = std::vector<LogWrite*>;

  Status Write(db::Transaction& txn, const Group& group);
  void Committed(const Group& group);

  const store::MetricStore& metrics_;
  const RunSignals& signals_;
  const Clock& clock_;
  LogMetrics observed_;
  // Of the latest points that were replaced.
  db::Reclaimer space_;
  // Of the thread that commits; but for the first of the group that it commits now.
  KnownWriters writers_;
  std::vector<KnownWriters::Writer> new_writers_;
  int64_t dead_bytes_ = 0;
  db::GroupCommit<LogWrite> commits_;
};

}  // namespace rookery::tracking
