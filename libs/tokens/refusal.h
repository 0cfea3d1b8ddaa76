// What is said of a token that is not accepted: a sentence for the operator, never the token.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "libs/base/status.h"

namespace rookery::tokens {

// A word of the token's own, in quotes: escaped, and cut if it is long, since anybody may have
// written it.
std::string Quoted(std::string_view word);

template <typename... Args>
Status Refusal(fmt::format_string<Args...> text, Args&&... args) {
  return absl::UnauthenticatedError(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace rookery::tokens
