// The transport of registered models and their aliases: one line an RPC.
#pragma once

#include <rookery/registry/v1/registered_model_service.pb.h>

#include "libs/rpc/service.h"
#include "services/registry/domain/aliases.h"
#include "services/registry/domain/registered_models.h"
#include "services/registry/domain/registry_search.h"

namespace rookery::registry {

class RegisteredModelService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.registry.v1.RegisteredModelService";

  RegisteredModelService(RegisteredModels& registered_models, Aliases& aliases,
                         RegistrySearch& search, const rpc::Unary& unary)
      : Service(kName, unary) {
    On("CreateRegisteredModel", registered_models, &RegisteredModels::Create);
    On("GetRegisteredModel", registered_models, &RegisteredModels::Get);
    On("RenameRegisteredModel", registered_models, &RegisteredModels::Rename);
    On("UpdateRegisteredModel", registered_models, &RegisteredModels::Update);
    On("DeleteRegisteredModel", registered_models, &RegisteredModels::Delete);
    On("GetLatestVersions", registered_models, &RegisteredModels::GetLatestVersions);
    On("SetRegisteredModelTag", registered_models, &RegisteredModels::SetTag);
    On("DeleteRegisteredModelTag", registered_models, &RegisteredModels::DeleteTag);
    On("SetRegisteredModelAlias", aliases, &Aliases::Set);
    On("DeleteRegisteredModelAlias", aliases, &Aliases::Delete);
    On("GetModelVersionByAlias", aliases, &Aliases::GetVersion);
    On("SearchRegisteredModels", search, &RegistrySearch::Models);
  }
};

}  // namespace rookery::registry
