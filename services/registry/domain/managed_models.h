// Model versions as Azure ML's SDK v1 sees them.
#pragma once

#include <rookery/registry/v1/managed_model.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/domain/model_places.h"
#include "services/registry/domain/model_sources.h"
#include "services/registry/domain/model_versions.h"

namespace rookery::registry {

// The behaviour of ManagedModelService, method by method. Thread-safe. What is passed in must
// outlive it.
class ManagedModels {
 public:
  ManagedModels(db::Database& database, ModelSources& sources, ModelVersions& versions,
                const Clock& clock)
      : database_(database), places_(sources), versions_(versions), clock_(clock) {}

  StatusOr<v1::CreateModelAssetResponse> CreateAsset(const CallContext& call,
                                                     const v1::CreateModelAssetRequest& request);
  StatusOr<v1::GetModelAssetResponse> GetAsset(const CallContext& call,
                                               const v1::GetModelAssetRequest& request);
  StatusOr<v1::CreateManagedModelResponse> Create(const CallContext& call,
                                                  const v1::CreateManagedModelRequest& request);
  StatusOr<v1::ListManagedModelsResponse> List(const CallContext& call,
                                               const v1::ListManagedModelsRequest& request);
  StatusOr<v1::GetManagedModelResponse> Get(const CallContext& call,
                                            const v1::GetManagedModelRequest& request);
  StatusOr<v1::UpdateManagedModelResponse> Update(const CallContext& call,
                                                  const v1::UpdateManagedModelRequest& request);
  StatusOr<v1::DeleteManagedModelResponse> Delete(const CallContext& call,
                                                  const v1::DeleteManagedModelRequest& request);

 private:
  db::Database& database_;
  const ModelPlaces places_;
  ModelVersions& versions_;
  const Clock& clock_;
};

}  // namespace rookery::registry
