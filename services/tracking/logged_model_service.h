// The transport of logged models: one line an RPC.
#pragma once

#include <rookery/tracking/v1/logged_model_service.pb.h>

#include "libs/rpc/service.h"
#include "services/tracking/domain/logged_model_search.h"
#include "services/tracking/domain/logged_models.h"

namespace rookery::tracking {

class LoggedModelService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.tracking.v1.LoggedModelService";

  LoggedModelService(LoggedModels& logged_models, LoggedModelSearch& search,
                     const rpc::Unary& unary)
      : Service(kName, unary) {
    On("CreateLoggedModel", logged_models, &LoggedModels::Create);
    On("GetLoggedModel", logged_models, &LoggedModels::Get);
    On("FinalizeLoggedModel", logged_models, &LoggedModels::Finalize);
    On("SetLoggedModelTags", logged_models, &LoggedModels::SetTags);
    On("LogLoggedModelParams", logged_models, &LoggedModels::LogParams);
    On("DeleteLoggedModel", logged_models, &LoggedModels::Delete);
    On("DeleteLoggedModelTag", logged_models, &LoggedModels::DeleteTag);
    On("SearchLoggedModels", search, &LoggedModelSearch::Search);
  }
};

}  // namespace rookery::tracking
