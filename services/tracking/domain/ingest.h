// Exactly-once writing, by producers who number what they write.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/log_commit.h"

namespace rookery::tracking {

// The behaviour of MetricService for what it takes in. Thread-safe. What is passed in must outlive
// it.
class Ingest {
 public:
  Ingest(db::Database& database, LogCommit& commit, const Clock& clock)
      : database_(database), commit_(commit), clock_(clock) {}

  StatusOr<v1::OpenProducerResponse> Open(const CallContext& call,
                                          const v1::OpenProducerRequest& request);

  // Checks on the calling thread, and is done after the commit. Requests that are given one after
  // the other are stored in that order.
  void Write(const CallContext& call, const v1::IngestRequest& request,
             Done<v1::IngestResponse> done);

 private:
  db::Database& database_;
  LogCommit& commit_;
  const Clock& clock_;
};

}  // namespace rookery::tracking
