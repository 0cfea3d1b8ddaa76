// What the sessions of a client have in common.
#pragma once

#include "libs/base/status.h"
#include "libs/tls/context.h"
#include "libs/tls/files.h"

namespace rookery::tls {

// Verifies servers against `files.ca`, or the system's store. INVALID_ARGUMENT: a file cannot be
// used.
StatusOr<ContextPtr> NewClientContext(const ClientFiles& files);

}  // namespace rookery::tls
