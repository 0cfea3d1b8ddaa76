// Searches of experiments.
#pragma once

#include <rookery/tracking/v1/search.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"

namespace rookery::tracking {

// The behaviour of ExperimentService.SearchExperiments. Thread-safe. What is passed in must outlive
// it.
class ExperimentSearch {
 public:
  ExperimentSearch(db::Database& database, const ArtifactLocations& locations)
      : database_(database), locations_(locations) {}

  StatusOr<v1::SearchExperimentsResponse> Search(const CallContext& call,
                                                 const v1::SearchExperimentsRequest& request);

 private:
  db::Database& database_;
  const ArtifactLocations& locations_;
};

}  // namespace rookery::tracking
