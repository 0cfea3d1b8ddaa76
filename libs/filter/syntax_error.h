// How a text that is not understood is told so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::filter {

// INVALID_ARGUMENT: `problem`, then which character of `text` stands at the byte `offset` and what
// was expected there.
Status SyntaxError(std::string_view text, size_t offset, std::string_view problem,
                   std::string_view expected);

// A piece of what a user wrote, cut so that a message stays readable.
std::string Excerpt(std::string_view text);

}  // namespace rookery::filter
