// The transport of models as Azure ML's SDK v2 sees them: one line an RPC.
#pragma once

#include <rookery/registry/v1/model_resource_service.pb.h>

#include "libs/rpc/service.h"
#include "services/registry/domain/model_resources.h"

namespace rookery::registry {

class ModelResourceService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.registry.v1.ModelResourceService";

  ModelResourceService(ModelResources& model_resources, const rpc::Unary& unary)
      : Service(kName, unary) {
    On("GetModelVersionResource", model_resources, &ModelResources::GetVersion);
    On("PutModelVersionResource", model_resources, &ModelResources::PutVersion);
    On("ListModelVersionResources", model_resources, &ModelResources::ListVersions);
    On("GetModelContainerResource", model_resources, &ModelResources::GetContainer);
    On("PutModelContainerResource", model_resources, &ModelResources::PutContainer);
    On("ListModelContainerResources", model_resources, &ModelResources::ListContainers);
  }
};

}  // namespace rookery::registry
