// The escapes of URLs.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::transcode {

enum class Plus {
  kPlus,   // In a path `+` is itself.
  kBlank,  // In a query it is a blank.
};

// `text` with its %XX decoded, once. INVALID_ARGUMENT: an escape that is not two hex digits, or a
// result that is not UTF-8.
StatusOr<std::string> PercentDecode(std::string_view text, Plus plus);

}  // namespace rookery::transcode
