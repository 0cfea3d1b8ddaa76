// What the sessions of a server have in common.
#pragma once

#include <absl/time/time.h>

#include "libs/base/status.h"
#include "libs/tls/context.h"
#include "libs/tls/files.h"

namespace rookery::tls {

// For HTTP/1.1: a client that offers protocols by ALPN must offer that one. Clients must show a
// certificate if `pem` names authorities for them. INVALID_ARGUMENT: something in `pem` cannot be
// used.
StatusOr<ContextPtr> NewServerContext(const ServerPem& pem);

// When the certificate that it shows expires; `context` is of NewServerContext.
absl::Time ExpiryOf(const Context& context);

}  // namespace rookery::tls
