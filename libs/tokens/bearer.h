#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::tokens {

// The token of an Authorization header, as HTTP and gRPC metadata have it, within `header`.
// UNAUTHENTICATED: it holds none.
StatusOr<std::string_view> BearerToken(std::string_view header);

}  // namespace rookery::tokens
