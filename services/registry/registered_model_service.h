// The transport of registered models and their aliases: one line an RPC.
#pragma once

#include <rookery/registry/v1/registered_model_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/registry/domain/aliases.h"
#include "services/registry/domain/registered_models.h"
#include "services/registry/domain/registry_search.h"

namespace rookery::registry {

class RegisteredModelService final : public v1::RegisteredModelService::CallbackService {
 public:
  RegisteredModelService(RegisteredModels& registered_models, Aliases& aliases,
                         RegistrySearch& search, const rpc::Unary& unary)
      : registered_models_(registered_models), aliases_(aliases), search_(search), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateRegisteredModel(Context* context, const v1::CreateRegisteredModelRequest* request,
                                 v1::CreateRegisteredModelResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::Create);
  }
  Reactor* GetRegisteredModel(Context* context, const v1::GetRegisteredModelRequest* request,
                              v1::GetRegisteredModelResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::Get);
  }
  Reactor* RenameRegisteredModel(Context* context, const v1::RenameRegisteredModelRequest* request,
                                 v1::RenameRegisteredModelResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::Rename);
  }
  Reactor* UpdateRegisteredModel(Context* context, const v1::UpdateRegisteredModelRequest* request,
                                 v1::UpdateRegisteredModelResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::Update);
  }
  Reactor* DeleteRegisteredModel(Context* context, const v1::DeleteRegisteredModelRequest* request,
                                 v1::DeleteRegisteredModelResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::Delete);
  }
  Reactor* GetLatestVersions(Context* context, const v1::GetLatestVersionsRequest* request,
                             v1::GetLatestVersionsResponse* response) override {
    return unary_(context, request, response, registered_models_,
                  &RegisteredModels::GetLatestVersions);
  }
  Reactor* SetRegisteredModelTag(Context* context, const v1::SetRegisteredModelTagRequest* request,
                                 v1::SetRegisteredModelTagResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::SetTag);
  }
  Reactor* DeleteRegisteredModelTag(Context* context,
                                    const v1::DeleteRegisteredModelTagRequest* request,
                                    v1::DeleteRegisteredModelTagResponse* response) override {
    return unary_(context, request, response, registered_models_, &RegisteredModels::DeleteTag);
  }
  Reactor* SetRegisteredModelAlias(Context* context,
                                   const v1::SetRegisteredModelAliasRequest* request,
                                   v1::SetRegisteredModelAliasResponse* response) override {
    return unary_(context, request, response, aliases_, &Aliases::Set);
  }
  Reactor* DeleteRegisteredModelAlias(Context* context,
                                      const v1::DeleteRegisteredModelAliasRequest* request,
                                      v1::DeleteRegisteredModelAliasResponse* response) override {
    return unary_(context, request, response, aliases_, &Aliases::Delete);
  }
  Reactor* GetModelVersionByAlias(Context* context,
                                  const v1::GetModelVersionByAliasRequest* request,
                                  v1::GetModelVersionByAliasResponse* response) override {
    return unary_(context, request, response, aliases_, &Aliases::GetVersion);
  }
  Reactor* SearchRegisteredModels(Context* context,
                                  const v1::SearchRegisteredModelsRequest* request,
                                  v1::SearchRegisteredModelsResponse* response) override {
    return unary_(context, request, response, search_, &RegistrySearch::Models);
  }

  RegisteredModels& registered_models_;
  Aliases& aliases_;
  RegistrySearch& search_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::registry
