// INVALID_ARGUMENT in MLflow's words.
#pragma once

#include <cstddef>
#include <string_view>

#include "libs/base/status.h"

namespace rookery {

// Lengths count Unicode characters, as MLflow's do.
Status CheckLength(std::string_view what, std::string_view value, size_t limit);

// A key of a metric, param or tag; `path` names it in the message, for example `metrics[0].name`.
Status CheckKey(std::string_view path, std::string_view key);

// Ids of Create requests: at most 128 characters.
Status CheckRequestId(std::string_view request_id);

// Says that `value` is wrong for the parameter `path`; `problem` may be empty.
Status InvalidValue(std::string_view path, std::string_view value, std::string_view problem);

}  // namespace rookery
