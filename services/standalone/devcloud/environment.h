// What a client needs to be told: `rookery devcloud env`.
#pragma once

#include <string>

#include "libs/base/status.h"
#include "services/standalone/devcloud/options.h"

namespace rookery::devcloud {

// Lines for a shell to read. Makes what is missing of the state, so that the files that they name
// are there. INVALID_ARGUMENT: as OpenState, CloudOf; or the port is not said.
StatusOr<std::string> Environment(const Options& options);

// A config.json for Workspace.from_config and MLClient.from_config.
std::string ConfigJson(const Workspace& workspace);

}  // namespace rookery::devcloud
