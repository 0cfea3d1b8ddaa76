// What may be asked about datasets.
#pragma once

#include <rookery/tracking/v1/dataset.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::tracking {

// The behaviour of ExperimentService for datasets. Thread-safe. What is passed in must outlive it.
class Datasets {
 public:
  explicit Datasets(db::Database& database) : database_(database) {}

  StatusOr<v1::SearchDatasetsResponse> Search(const CallContext& call,
                                              const v1::SearchDatasetsRequest& request);

 private:
  db::Database& database_;
};

}  // namespace rookery::tracking
