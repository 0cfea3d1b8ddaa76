// What a token says of itself, by the names that Entra gives it in versions 1.0 and 2.0.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::tokens {

// Texts are empty where the token has no such claim.
struct Claims {
  std::string issuer;
  std::string tenant;
  std::string object_id;
  std::string app_id;
  std::string subject;
  std::string name;
  std::string upn;
  std::vector<std::string> audiences;
  absl::Time expires_at;
  absl::Time not_before;
};

// UNAUTHENTICATED: `json` is no JSON object, a claim has the wrong type, or `exp` is missing.
StatusOr<Claims> ParseClaims(std::string_view json);

}  // namespace rookery::tokens
