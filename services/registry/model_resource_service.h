// The transport of models as Azure ML's SDK v2 sees them: one line an RPC.
#pragma once

#include <rookery/registry/v1/model_resource_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/registry/domain/model_resources.h"

namespace rookery::registry {

class ModelResourceService final : public v1::ModelResourceService::CallbackService {
 public:
  ModelResourceService(ModelResources& model_resources, const rpc::Unary& unary)
      : model_resources_(model_resources), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* GetModelVersionResource(Context* context,
                                   const v1::GetModelVersionResourceRequest* request,
                                   v1::GetModelVersionResourceResponse* response) override {
    return unary_(context, request, response, model_resources_, &ModelResources::GetVersion);
  }
  Reactor* PutModelVersionResource(Context* context,
                                   const v1::PutModelVersionResourceRequest* request,
                                   v1::PutModelVersionResourceResponse* response) override {
    return unary_(context, request, response, model_resources_, &ModelResources::PutVersion);
  }
  Reactor* ListModelVersionResources(Context* context,
                                     const v1::ListModelVersionResourcesRequest* request,
                                     v1::ListModelVersionResourcesResponse* response) override {
    return unary_(context, request, response, model_resources_, &ModelResources::ListVersions);
  }
  Reactor* GetModelContainerResource(Context* context,
                                     const v1::GetModelContainerResourceRequest* request,
                                     v1::GetModelContainerResourceResponse* response) override {
    return unary_(context, request, response, model_resources_, &ModelResources::GetContainer);
  }
  Reactor* PutModelContainerResource(Context* context,
                                     const v1::PutModelContainerResourceRequest* request,
                                     v1::PutModelContainerResourceResponse* response) override {
    return unary_(context, request, response, model_resources_, &ModelResources::PutContainer);
  }
  Reactor* ListModelContainerResources(Context* context,
                                       const v1::ListModelContainerResourcesRequest* request,
                                       v1::ListModelContainerResourcesResponse* response) override {
    return unary_(context, request, response, model_resources_, &ModelResources::ListContainers);
  }

  ModelResources& model_resources_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::registry
