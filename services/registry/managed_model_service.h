// The transport of models as Azure ML's SDK v1 sees them: one line an RPC.
#pragma once

#include <rookery/registry/v1/managed_model_service.pb.h>

#include "libs/rpc/service.h"
#include "services/registry/domain/managed_models.h"

namespace rookery::registry {

class ManagedModelService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.registry.v1.ManagedModelService";

  ManagedModelService(ManagedModels& managed_models, const rpc::Unary& unary)
      : Service(kName, unary) {
    On("CreateModelAsset", managed_models, &ManagedModels::CreateAsset);
    On("GetModelAsset", managed_models, &ManagedModels::GetAsset);
    On("CreateManagedModel", managed_models, &ManagedModels::Create);
    On("ListManagedModels", managed_models, &ManagedModels::List);
    On("GetManagedModel", managed_models, &ManagedModels::Get);
    On("UpdateManagedModel", managed_models, &ManagedModels::Update);
    On("DeleteManagedModel", managed_models, &ManagedModels::Delete);
  }
};

}  // namespace rookery::registry
