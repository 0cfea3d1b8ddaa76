// What all searches check alike.
#pragma once

#include <rookery/tracking/v1/search.pb.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::tracking {

// INVALID_ARGUMENT: not 1 to 50,000.
Status CheckMaxResults(int64_t max_results);

// The lifecycle stage that a search finds, nothing for all. INVALID_ARGUMENT: no such view.
StatusOr<std::optional<std::string_view>> StageOf(v1::ViewType view);

}  // namespace rookery::tracking
