// What may be done with model versions.
#pragma once

#include <rookery/registry/v1/model_version.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"
#include "services/registry/domain/model_sources.h"
#include "services/registry/domain/version_sources.h"
#include "services/registry/store/model_version_store.h"

namespace rookery::registry {

// The behaviour of ModelVersionService, method by method. Thread-safe. What is passed in must
// outlive it.
class ModelVersions {
 public:
  ModelVersions(db::Database& database, ModelSources& model_sources, const Clock& clock)
      : database_(database),
        model_sources_(model_sources),
        sources_(database, model_sources),
        clock_(clock) {}

  StatusOr<v1::CreateModelVersionResponse> Create(const CallContext& call,
                                                  const v1::CreateModelVersionRequest& request);
  StatusOr<v1::GetModelVersionResponse> Get(const CallContext& call,
                                            const v1::GetModelVersionRequest& request);
  StatusOr<v1::UpdateModelVersionResponse> Update(const CallContext& call,
                                                  const v1::UpdateModelVersionRequest& request);
  StatusOr<v1::TransitionModelVersionStageResponse> TransitionStage(
      const CallContext& call, const v1::TransitionModelVersionStageRequest& request);
  StatusOr<v1::DeleteModelVersionResponse> Delete(const CallContext& call,
                                                  const v1::DeleteModelVersionRequest& request);
  StatusOr<v1::GetModelVersionDownloadUriResponse> GetDownloadUri(
      const CallContext& call, const v1::GetModelVersionDownloadUriRequest& request);
  StatusOr<v1::SetModelVersionTagResponse> SetTag(const CallContext& call,
                                                  const v1::SetModelVersionTagRequest& request);
  StatusOr<v1::DeleteModelVersionTagResponse> DeleteTag(
      const CallContext& call, const v1::DeleteModelVersionTagRequest& request);

 private:
  StatusOr<v1::ModelVersion> Insert(db::Transaction& txn, const CallContext& call,
                                    const v1::CreateModelVersionRequest& request,
                                    const VersionSource& source);
  StatusOr<store::ModelVersionRow> Read(const CallContext& call, const std::string& name,
                                        const std::string& version);

  db::Database& database_;
  ModelSources& model_sources_;
  VersionSources sources_;
  const Clock& clock_;
};

}  // namespace rookery::registry
