// What may be done with the aliases of registered models.
#pragma once

#include <rookery/registry/v1/registered_model.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::registry {

// The behaviour of RegisteredModelService for aliases, method by method. Thread-safe. What is
// passed in must outlive it.
class Aliases {
 public:
  explicit Aliases(db::Database& database) : database_(database) {}

  StatusOr<v1::SetRegisteredModelAliasResponse> Set(
      const CallContext& call, const v1::SetRegisteredModelAliasRequest& request);
  StatusOr<v1::DeleteRegisteredModelAliasResponse> Delete(
      const CallContext& call, const v1::DeleteRegisteredModelAliasRequest& request);
  StatusOr<v1::GetModelVersionByAliasResponse> GetVersion(
      const CallContext& call, const v1::GetModelVersionByAliasRequest& request);

 private:
  db::Database& database_;
};

}  // namespace rookery::registry
