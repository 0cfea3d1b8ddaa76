// Searches of runs.
#pragma once

#include <rookery/tracking/v1/search.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/domain/run_contents.h"

namespace rookery::tracking {

// The behaviour of RunService.SearchRuns. Thread-safe. What is passed in must outlive it.
class RunSearch {
 public:
  RunSearch(db::Database& database, RunContents& contents, const ArtifactLocations& locations)
      : database_(database), contents_(contents), locations_(locations) {}

  // Fills `response`, which is empty.
  Status Search(const CallContext& call, const v1::SearchRunsRequest& request,
                v1::SearchRunsResponse* response);

 private:
  db::Database& database_;
  RunContents& contents_;
  const ArtifactLocations& locations_;
};

}  // namespace rookery::tracking
