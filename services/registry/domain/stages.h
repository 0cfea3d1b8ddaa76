// The stages of model versions.
#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::registry {

inline constexpr std::string_view kStageNone = "None";
inline constexpr std::string_view kStageArchived = "Archived";

// A stage as it is written, from any case of letters. INVALID_ARGUMENT: there is none of that name.
StatusOr<std::string_view> CanonicalStage(std::string_view stage);

// Whether moving a version to the stage may archive the versions that are there.
bool IsActiveStage(std::string_view canonical_stage);

}  // namespace rookery::registry
