// The searches of the registry.
#pragma once

#include <rookery/registry/v1/model_version.pb.h>
#include <rookery/registry/v1/registered_model.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::registry {

// The behaviour of the two search RPCs. Prompts, which are registered models with a tag that says
// so, are found only by a filter that asks for them. Thread-safe. What is passed in must outlive
// it.
class RegistrySearch {
 public:
  explicit RegistrySearch(db::Database& database) : database_(database) {}

  StatusOr<v1::SearchRegisteredModelsResponse> Models(
      const CallContext& call, const v1::SearchRegisteredModelsRequest& request);
  StatusOr<v1::SearchModelVersionsResponse> Versions(const CallContext& call,
                                                     const v1::SearchModelVersionsRequest& request);

 private:
  db::Database& database_;
};

}  // namespace rookery::registry
