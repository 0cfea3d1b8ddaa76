// Searches of runs.
#pragma once

#include <rookery/tracking/v1/search.pb.h>

#include <atomic>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// The behaviour of RunService.SearchRuns. Thread-safe. What is passed in must outlive it.
class RunSearch {
 public:
  RunSearch(db::Database& database, const store::MetricStore& metrics,
            const ArtifactLocations& locations)
      : database_(database), metrics_(metrics), locations_(locations) {}

  // Fills `response`, which is empty.
  Status Search(const CallContext& call, const v1::SearchRunsRequest& request,
                v1::SearchRunsResponse* response);

 private:
  // Fills all but the infos of `runs`.
  Status ReadData(const CallContext& call, google::protobuf::RepeatedPtrField<v1::Run>* runs);

  db::Database& database_;
  const store::MetricStore& metrics_;
  const ArtifactLocations& locations_;
  // Calls that are in ReadData.
  std::atomic<unsigned> readers_ = 0;
};

}  // namespace rookery::tracking
