// MLflow's clients name a run by run_id, by the older run_uuid, or by both.
#pragma once

#include <string>

#include "libs/base/status.h"
#include "services/tracking/rules/validation.h"

namespace rookery::tracking {

// INVALID_ARGUMENT: the request has neither.
template <typename Request>
StatusOr<std::string> RunIdOf(const Request& request) {
  if (!request.run_id().empty()) return request.run_id();
  if (!request.run_uuid().empty()) return request.run_uuid();
  return MissingValue("run_id");
}

}  // namespace rookery::tracking
