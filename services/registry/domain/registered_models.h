// What may be done with registered models.
#pragma once

#include <rookery/registry/v1/registered_model.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::registry {

// The behaviour of RegisteredModelService but for aliases, method by method; the proto says what
// each does and which errors it has. Thread-safe. What is passed in must outlive it.
class RegisteredModels {
 public:
  RegisteredModels(db::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  StatusOr<v1::CreateRegisteredModelResponse> Create(
      const CallContext& call, const v1::CreateRegisteredModelRequest& request);
  StatusOr<v1::GetRegisteredModelResponse> Get(const CallContext& call,
                                               const v1::GetRegisteredModelRequest& request);
  StatusOr<v1::RenameRegisteredModelResponse> Rename(
      const CallContext& call, const v1::RenameRegisteredModelRequest& request);
  StatusOr<v1::UpdateRegisteredModelResponse> Update(
      const CallContext& call, const v1::UpdateRegisteredModelRequest& request);
  StatusOr<v1::DeleteRegisteredModelResponse> Delete(
      const CallContext& call, const v1::DeleteRegisteredModelRequest& request);
  StatusOr<v1::GetLatestVersionsResponse> GetLatestVersions(
      const CallContext& call, const v1::GetLatestVersionsRequest& request);
  StatusOr<v1::SetRegisteredModelTagResponse> SetTag(
      const CallContext& call, const v1::SetRegisteredModelTagRequest& request);
  StatusOr<v1::DeleteRegisteredModelTagResponse> DeleteTag(
      const CallContext& call, const v1::DeleteRegisteredModelTagRequest& request);

 private:
  // Says what holds the name already.
  Status NameTaken(const CallContext& call, const v1::CreateRegisteredModelRequest& request);

  db::Database& database_;
  const Clock& clock_;
};

}  // namespace rookery::registry
