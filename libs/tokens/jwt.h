// A JSON Web Token (RFC 7519) taken apart, its signature not looked at.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/tokens/claims.h"

namespace rookery::tokens {

// Entra's are about 2 KiB, 10 KiB with the 200 groups that it names at most.
inline constexpr size_t kMaxTokenBytes = 16 * 1024;

// Anybody may have written it: nothing of it is to be believed before `signature` fits.
struct UnverifiedJwt {
  std::string key_id;
  Claims claims;
  // What was signed: the first two parts, in the text that was parsed.
  std::string_view signed_part;
  std::string signature;
};

// UNAUTHENTICATED unless it is a JWT that names its key and says that it is signed with RS256. No
// other algorithm is known here, so that none can be confused with it.
StatusOr<UnverifiedJwt> ParseJwt(std::string_view token);

}  // namespace rookery::tokens
