// The search of logged models.
#pragma once

#include <rookery/tracking/v1/logged_model.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// The behaviour of SearchLoggedModels. Thread-safe. What is passed in must outlive it.
class LoggedModelSearch {
 public:
  LoggedModelSearch(db::Database& database, const store::MetricStore& metrics,
                    const ArtifactLocations& locations)
      : database_(database), metrics_(metrics), locations_(locations) {}

  StatusOr<v1::SearchLoggedModelsResponse> Search(const CallContext& call,
                                                  const v1::SearchLoggedModelsRequest& request);

 private:
  db::Database& database_;
  const store::MetricStore& metrics_;
  const ArtifactLocations& locations_;
};

}  // namespace rookery::tracking
