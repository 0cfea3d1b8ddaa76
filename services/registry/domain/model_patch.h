// Changes of a model as SDK v1 sends them: a JSON patch.
#pragma once

#include <rookery/registry/v1/managed_model.pb.h>

#include <optional>
#include <string>

#include "libs/base/status.h"
#include "services/registry/store/managed_model_store.h"

namespace rookery::registry {

struct ModelPatch {
  // The new ones; absent: no change.
  std::optional<std::string> description;
  std::optional<store::TagMap> tags;
  // To be added where there is none of the name.
  store::TagMap properties;
};

// INVALID_ARGUMENT: an operation, a path or a value that is not understood.
StatusOr<ModelPatch> ReadPatch(const v1::UpdateManagedModelRequest& request);

}  // namespace rookery::registry
