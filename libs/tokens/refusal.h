// What is said of a token that is not accepted: a sentence for the operator, never the token, and a
// word for what counts refusals.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "libs/base/status.h"

namespace rookery::tokens {

enum class Reason {
  kNoToken,
  kMalformed,
  kIssuer,
  kTenant,
  kAudience,
  kApp,
  kExpired,
  kNotYetValid,
  kUnknownKey,
  kSignature,
};

// For example "not_yet_valid".
std::string_view NameOf(Reason reason);

// The fact of a refusal (libs/base/status.h) that holds its reason's name.
inline constexpr char kReasonFact[] = "reason";

// A word of the token's own, in quotes: escaped, and cut if it is long, since anybody may have
// written it.
std::string Quoted(std::string_view word);

template <typename... Args>
Status Refusal(Reason reason, fmt::format_string<Args...> text, Args&&... args) {
  return WithFact(absl::UnauthenticatedError(fmt::format(text, std::forward<Args>(args)...)),
                  kReasonFact, NameOf(reason));
}

}  // namespace rookery::tokens
