// The ends of runs that several producers write to.
#pragma once

#include <absl/time/time.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/metrics/registry.h"
#include "services/tracking/store/run_end_store.h"

namespace rookery::tracking {

// The runs, whose rows are held alone, are ended or go on: no end of theirs waits any longer, and
// those that are ended forget who has written to them.
Status ForgetEnds(db::Transaction& txn, std::string_view workspace, const db::TextList& ended,
                  const db::TextList& resumed);

// Applies ends that were stored as pending (LogGroup): when the last producer has caught up, or
// when their time of grace is over (docs/adr/0033-the-end-of-a-run-of-many.md). Several replicas on
// one database need not know of each other: an end is applied by whoever holds the run's row first.
//
// Thread-safe. The destructor waits for the look that runs.
class RunEnds {
 public:
  struct Options {
    absl::Duration grace = absl::Seconds(60);
    // A test may do without, and call ApplyLate.
    bool has_thread = true;
    // May be null; outlives this.
    metrics::Registry* metrics = nullptr;
  };

  // What is passed in must outlive it.
  RunEnds(db::Database& database, const Clock& clock, const Options& options);
  ~RunEnds();

  StatusOr<v1::CatchUpResponse> CatchUp(const CallContext& call, const v1::CatchUpRequest& request);

  // Applies the ends whose time is over, and counts those that wait.
  Status ApplyLate();

 private:
  struct Metrics {
    explicit Metrics(metrics::Registry* registry);
    metrics::Gauge pending;
    metrics::Counter by_grace;
  };

  // What the producer says is noted.
  StatusOr<store::Awaited> Note(db::Transaction& txn, const CallContext& call,
                                const v1::CatchUpRequest& request);
  StatusOr<bool> ApplyLate(const store::LateEnd& late, int64_t until_ms);
  void Work();

  db::Database& database_;
  const Clock& clock_;
  const Options options_;
  const Metrics metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace rookery::tracking
