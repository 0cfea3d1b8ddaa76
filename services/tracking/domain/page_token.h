// Page tokens: opaque to clients, cursors to us.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

std::string PageToken(const store::MetricCursor& cursor);

// An empty token is the first page. INVALID_ARGUMENT: not one of our tokens.
StatusOr<store::MetricCursor> ParseMetricCursor(std::string_view token);

}  // namespace rookery::tracking
