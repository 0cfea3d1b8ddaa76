// The transport of logged models: one line an RPC.
#pragma once

#include <rookery/tracking/v1/logged_model_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/tracking/domain/logged_model_search.h"
#include "services/tracking/domain/logged_models.h"

namespace rookery::tracking {

class LoggedModelService final : public v1::LoggedModelService::CallbackService {
 public:
  LoggedModelService(LoggedModels& logged_models, LoggedModelSearch& search,
                     const rpc::Unary& unary)
      : logged_models_(logged_models), search_(search), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateLoggedModel(Context* context, const v1::CreateLoggedModelRequest* request,
                             v1::CreateLoggedModelResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::Create);
  }
  Reactor* GetLoggedModel(Context* context, const v1::GetLoggedModelRequest* request,
                          v1::GetLoggedModelResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::Get);
  }
  Reactor* FinalizeLoggedModel(Context* context, const v1::FinalizeLoggedModelRequest* request,
                               v1::FinalizeLoggedModelResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::Finalize);
  }
  Reactor* SetLoggedModelTags(Context* context, const v1::SetLoggedModelTagsRequest* request,
                              v1::SetLoggedModelTagsResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::SetTags);
  }
  Reactor* LogLoggedModelParams(Context* context, const v1::LogLoggedModelParamsRequest* request,
                                v1::LogLoggedModelParamsResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::LogParams);
  }

  Reactor* DeleteLoggedModel(Context* context, const v1::DeleteLoggedModelRequest* request,
                             v1::DeleteLoggedModelResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::Delete);
  }

  Reactor* DeleteLoggedModelTag(Context* context, const v1::DeleteLoggedModelTagRequest* request,
                                v1::DeleteLoggedModelTagResponse* response) override {
    return unary_(context, request, response, logged_models_, &LoggedModels::DeleteTag);
  }

  Reactor* SearchLoggedModels(Context* context, const v1::SearchLoggedModelsRequest* request,
                              v1::SearchLoggedModelsResponse* response) override {
    return unary_(context, request, response, search_, &LoggedModelSearch::Search);
  }

  LoggedModels& logged_models_;
  LoggedModelSearch& search_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::tracking
