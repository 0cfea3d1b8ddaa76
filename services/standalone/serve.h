// `rookery server`.
#pragma once

#include "libs/base/status.h"
#include "services/standalone/options.h"

namespace rookery::standalone {

// Serves until SIGINT or SIGTERM. An error says why it could not begin.
Status Serve(const ServerOptions& options);

}  // namespace rookery::standalone
