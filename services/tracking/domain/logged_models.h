// What may be done with logged models.
#pragma once

#include <rookery/tracking/v1/logged_model.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/tracking/domain/artifact_locations.h"
#include "services/tracking/store/logged_model_store.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// The behaviour of LoggedModelService, method by method. Thread-safe. What is passed in must
// outlive it.
class LoggedModels {
 public:
  LoggedModels(db::Database& database, const store::MetricStore& metrics,
               const ArtifactLocations& locations, const Clock& clock)
      : database_(database), metrics_(metrics), locations_(locations), clock_(clock) {}

  StatusOr<v1::CreateLoggedModelResponse> Create(const CallContext& call,
                                                 const v1::CreateLoggedModelRequest& request);
  StatusOr<v1::GetLoggedModelResponse> Get(const CallContext& call,
                                           const v1::GetLoggedModelRequest& request);
  StatusOr<v1::FinalizeLoggedModelResponse> Finalize(const CallContext& call,
                                                     const v1::FinalizeLoggedModelRequest& request);
  StatusOr<v1::SetLoggedModelTagsResponse> SetTags(const CallContext& call,
                                                   const v1::SetLoggedModelTagsRequest& request);
  StatusOr<v1::LogLoggedModelParamsResponse> LogParams(
      const CallContext& call, const v1::LogLoggedModelParamsRequest& request);
  StatusOr<v1::DeleteLoggedModelResponse> Delete(const CallContext& call,
                                                 const v1::DeleteLoggedModelRequest& request);
  StatusOr<v1::DeleteLoggedModelTagResponse> DeleteTag(
      const CallContext& call, const v1::DeleteLoggedModelTagRequest& request);

 private:
  // A deleted one too: it may still be written to. NOT_FOUND if there is none.
  StatusOr<v1::LoggedModel> Read(db::Transaction& txn, const CallContext& call,
                                 const std::string& model_id) const;
  StatusOr<v1::LoggedModel> ReadActive(db::Transaction& txn, const CallContext& call,
                                       const std::string& model_id) const;
  StatusOr<v1::LoggedModel> Whole(db::Transaction& txn, const CallContext& call,
                                  store::LoggedModelRow row) const;

  db::Database& database_;
  const store::MetricStore& metrics_;
  const ArtifactLocations& locations_;
  const Clock& clock_;
};

}  // namespace rookery::tracking
