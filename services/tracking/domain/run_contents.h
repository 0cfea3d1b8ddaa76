// What runs logged, for those who read whole runs.
#pragma once

#include <rookery/tracking/v1/run.pb.h>

#include <atomic>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/run_cache.h"
#include "services/tracking/store/metric_store.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

// Thread-safe. What is passed in must outlive it.
class RunContents {
 public:
  RunContents(db::Database& database, const store::MetricStore& metrics,
              const RunCache::Options& cache)
      : database_(database), metrics_(metrics), cache_(cache) {}

  struct Reading {
    v1::Run* run;
    // As it was found with the run's info.
    store::RunVersion version;
  };
  // Fills data, inputs and outputs of runs whose infos have their ids: from memory where the run's
  // version is the one that is known, and else from the database. What is logged meanwhile may be
  // among it or not. What comes from memory is encoded in the run's unknown fields: whoever gets
  // the message over the wire sees it, whoever holds it must encode and parse it first.
  Status Fill(const CallContext& call, const std::vector<Reading>& runs);

 private:
  Status Read(const CallContext& call, const std::vector<v1::Run*>& runs);

  db::Database& database_;
  const store::MetricStore& metrics_;
  RunCache cache_;
  // Calls that are in Read.
  std::atomic<unsigned> readers_ = 0;
};

}  // namespace rookery::tracking
