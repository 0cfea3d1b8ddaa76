// The registry's limits, in MLflow's words. All are INVALID_ARGUMENT; lengths count Unicode
// characters.
#pragma once

#include <rookery/registry/v1/model_version.pb.h>
#include <rookery/registry/v1/registered_model.pb.h>

#include <cstdint>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::registry {

// A name that a model may have; `parameter` is what the message calls it.
Status CheckModelName(std::string_view name, std::string_view parameter = "name");

Status CheckDescription(std::string_view description);
Status CheckModelTag(std::string_view key, std::string_view value);
Status CheckVersionTag(std::string_view key, std::string_view value);

// An alias that can be looked up, and one that can be given besides.
Status CheckAlias(std::string_view alias);
Status CheckNewAlias(std::string_view alias);

// The alias that names the newest version of each model, in any case of letters.
bool IsLatestAlias(std::string_view alias);

// A version's number from text such as "3".
StatusOr<int64_t> ParseVersion(std::string_view version);

// All that can be said of a new model or version without looking anywhere.
Status CheckNewModel(const v1::CreateRegisteredModelRequest& request);
Status CheckNewVersion(const v1::CreateModelVersionRequest& request);

}  // namespace rookery::registry
