// The transport of model versions: one line an RPC.
#pragma once

#include <rookery/registry/v1/model_version_service.pb.h>

#include "libs/rpc/service.h"
#include "services/registry/domain/model_versions.h"
#include "services/registry/domain/registry_search.h"

namespace rookery::registry {

class ModelVersionService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.registry.v1.ModelVersionService";

  ModelVersionService(ModelVersions& model_versions, RegistrySearch& search,
                      const rpc::Unary& unary)
      : Service(kName, unary) {
    On("CreateModelVersion", model_versions, &ModelVersions::Create);
    On("GetModelVersion", model_versions, &ModelVersions::Get);
    On("UpdateModelVersion", model_versions, &ModelVersions::Update);
    On("TransitionModelVersionStage", model_versions, &ModelVersions::TransitionStage);
    On("DeleteModelVersion", model_versions, &ModelVersions::Delete);
    On("GetModelVersionDownloadUri", model_versions, &ModelVersions::GetDownloadUri);
    On("SetModelVersionTag", model_versions, &ModelVersions::SetTag);
    On("DeleteModelVersionTag", model_versions, &ModelVersions::DeleteTag);
    On("SearchModelVersions", search, &RegistrySearch::Versions);
  }
};

}  // namespace rookery::registry
