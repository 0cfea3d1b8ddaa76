// The transport of model versions: one line an RPC.
#pragma once

#include <rookery/registry/v1/model_version_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/registry/domain/model_versions.h"
#include "services/registry/domain/registry_search.h"

namespace rookery::registry {

class ModelVersionService final : public v1::ModelVersionService::CallbackService {
 public:
  ModelVersionService(ModelVersions& model_versions, RegistrySearch& search,
                      const rpc::Unary& unary)
      : model_versions_(model_versions), search_(search), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateModelVersion(Context* context, const v1::CreateModelVersionRequest* request,
                              v1::CreateModelVersionResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::Create);
  }
  Reactor* GetModelVersion(Context* context, const v1::GetModelVersionRequest* request,
                           v1::GetModelVersionResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::Get);
  }
  Reactor* UpdateModelVersion(Context* context, const v1::UpdateModelVersionRequest* request,
                              v1::UpdateModelVersionResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::Update);
  }
  Reactor* TransitionModelVersionStage(Context* context,
                                       const v1::TransitionModelVersionStageRequest* request,
                                       v1::TransitionModelVersionStageResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::TransitionStage);
  }
  Reactor* DeleteModelVersion(Context* context, const v1::DeleteModelVersionRequest* request,
                              v1::DeleteModelVersionResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::Delete);
  }
  Reactor* GetModelVersionDownloadUri(Context* context,
                                      const v1::GetModelVersionDownloadUriRequest* request,
                                      v1::GetModelVersionDownloadUriResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::GetDownloadUri);
  }
  Reactor* SetModelVersionTag(Context* context, const v1::SetModelVersionTagRequest* request,
                              v1::SetModelVersionTagResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::SetTag);
  }
  Reactor* DeleteModelVersionTag(Context* context, const v1::DeleteModelVersionTagRequest* request,
                                 v1::DeleteModelVersionTagResponse* response) override {
    return unary_(context, request, response, model_versions_, &ModelVersions::DeleteTag);
  }
  Reactor* SearchModelVersions(Context* context, const v1::SearchModelVersionsRequest* request,
                               v1::SearchModelVersionsResponse* response) override {
    return unary_(context, request, response, search_, &RegistrySearch::Versions);
  }

  ModelVersions& model_versions_;
  RegistrySearch& search_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::registry
