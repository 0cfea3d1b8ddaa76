// Why a write to a run is refused, in the words that MLflow has for it where it has any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::tracking {

struct ParamConflict {
  std::string key;
  std::string old_value;
  std::string new_value;
};

// INVALID_ARGUMENT, of a batch.
Status ParamsAreWrittenOnce(const std::vector<ParamConflict>& conflicts, std::string_view run_id);
// INVALID_ARGUMENT, of a single param.
Status ParamIsWrittenOnce(const ParamConflict& conflict, std::string_view run_id);
// INVALID_ARGUMENT: a point about a logged model that does not exist would never be found again.
Status MetricNamesUnknownModel(std::string_view model_id);

}  // namespace rookery::tracking
