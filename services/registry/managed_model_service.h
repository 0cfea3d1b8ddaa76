// The transport of models as Azure ML's SDK v1 sees them: one line an RPC.
#pragma once

#include <rookery/registry/v1/managed_model_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/registry/domain/managed_models.h"

namespace rookery::registry {

class ManagedModelService final : public v1::ManagedModelService::CallbackService {
 public:
  ManagedModelService(ManagedModels& managed_models, const rpc::Unary& unary)
      : managed_models_(managed_models), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateModelAsset(Context* context, const v1::CreateModelAssetRequest* request,
                            v1::CreateModelAssetResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::CreateAsset);
  }
  Reactor* GetModelAsset(Context* context, const v1::GetModelAssetRequest* request,
                         v1::GetModelAssetResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::GetAsset);
  }
  Reactor* CreateManagedModel(Context* context, const v1::CreateManagedModelRequest* request,
                              v1::CreateManagedModelResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::Create);
  }
  Reactor* ListManagedModels(Context* context, const v1::ListManagedModelsRequest* request,
                             v1::ListManagedModelsResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::List);
  }
  Reactor* GetManagedModel(Context* context, const v1::GetManagedModelRequest* request,
                           v1::GetManagedModelResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::Get);
  }
  Reactor* UpdateManagedModel(Context* context, const v1::UpdateManagedModelRequest* request,
                              v1::UpdateManagedModelResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::Update);
  }
  Reactor* DeleteManagedModel(Context* context, const v1::DeleteManagedModelRequest* request,
                              v1::DeleteManagedModelResponse* response) override {
    return unary_(context, request, response, managed_models_, &ManagedModels::Delete);
  }

  ManagedModels& managed_models_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::registry
