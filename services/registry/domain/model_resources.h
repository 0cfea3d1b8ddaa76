// Registered models and their versions as Azure ML's SDK v2 sees them.
#pragma once

#include <rookery/registry/v1/model_resource.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/domain/model_places.h"
#include "services/registry/domain/model_sources.h"
#include "services/registry/store/managed_model_store.h"

namespace rookery::registry {

// The behaviour of ModelResourceService, method by method. Thread-safe. What is passed in must
// outlive it.
class ModelResources {
 public:
  ModelResources(db::Database& database, ModelSources& sources, const Clock& clock)
      : database_(database), places_(sources), clock_(clock) {}

  StatusOr<v1::GetModelVersionResourceResponse> GetVersion(
      const CallContext& call, const v1::GetModelVersionResourceRequest& request);
  StatusOr<v1::PutModelVersionResourceResponse> PutVersion(
      const CallContext& call, const v1::PutModelVersionResourceRequest& request);
  StatusOr<v1::ListModelVersionResourcesResponse> ListVersions(
      const CallContext& call, const v1::ListModelVersionResourcesRequest& request);
  StatusOr<v1::GetModelContainerResourceResponse> GetContainer(
      const CallContext& call, const v1::GetModelContainerResourceRequest& request);
  StatusOr<v1::PutModelContainerResourceResponse> PutContainer(
      const CallContext& call, const v1::PutModelContainerResourceRequest& request);
  StatusOr<v1::ListModelContainerResourcesResponse> ListContainers(
      const CallContext& call, const v1::ListModelContainerResourcesRequest& request);

 private:
  // Writes what the request says, and reads what there is then.
  StatusOr<store::ManagedVersionRow> Put(const CallContext& call,
                                         const v1::PutModelVersionResourceRequest& request,
                                         int64_t number);
  StatusOr<v1::ModelVersionResource> ResourceOf(const CallContext& call,
                                                const v1::WorkspacePath& workspace,
                                                const store::ManagedVersionRow& managed) const;

  db::Database& database_;
  const ModelPlaces places_;
  const Clock& clock_;
};

}  // namespace rookery::registry
