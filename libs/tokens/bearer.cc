#include "libs/tokens/bearer.h"

#include <absl/strings/match.h>

#include "libs/tokens/refusal.h"

namespace rookery::tokens {

StatusOr<std::string_view> BearerToken(std::string_view header) {
  constexpr std::string_view kScheme = "Bearer ";
  // RFC 9110: the scheme's case does not matter, and there may be several spaces.
  if (!absl::StartsWithIgnoreCase({header.data(), header.size()}, kScheme.data())) {
    return Refusal(Reason::kNoToken, "The Authorization header holds no bearer token.");
  }
  header.remove_prefix(kScheme.size());
  const size_t begin = header.find_first_not_of(' ');
  if (begin == std::string_view::npos) {
    return Refusal(Reason::kNoToken, "The Authorization header holds an empty bearer token.");
  }
  return header.substr(begin, header.find_last_not_of(' ') + 1 - begin);
}

}  // namespace rookery::tokens
