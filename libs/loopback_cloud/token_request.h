// What the three shapes of a token request ask for.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"

namespace rookery::loopback_cloud {

// Longer bodies are no token requests.
inline constexpr size_t kMaxTokenRequestBytes = 16 * 1024;

// The resource that a token is asked for, as the client wrote it. The shapes, by the variables that
// have a client send them:
//   MSI_ENDPOINT                       POST, form `resource`, header Metadata: true
//   IDENTITY_ENDPOINT, IDENTITY_HEADER GET, api-version 2019-08-01, header X-IDENTITY-HEADER
//   MSI_ENDPOINT, MSI_SECRET           GET, api-version 2017-09-01, header secret
// The headers must be there, since a web page cannot send them here; what the last two hold is of
// no account: who reaches the loopback can send the first, which has no secret.
//
// INVALID_ARGUMENT: none of these, or not for this machine's loopback by name, which a page gets by
// having its own name resolve to it.
StatusOr<std::string> RequestedResource(const http::RequestHead& head, std::string_view body);

}  // namespace rookery::loopback_cloud
