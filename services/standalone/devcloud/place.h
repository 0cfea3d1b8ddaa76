// Which cloud `rookery devcloud` pretends to be, and where.
#pragma once

#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/loopback_cloud/cloud.h"
#include "services/standalone/devcloud/options.h"

namespace rookery::devcloud {

// INVALID_ARGUMENT: the gateway, or the storage suffix, is not host:port.
StatusOr<loopback_cloud::Cloud> CloudOf(const Options& options);

// Every name by which clients of `cloud` may call the gateway on this machine or another.
StatusOr<std::vector<std::string>> ServerNames(const loopback_cloud::Cloud& cloud);

// Of the loopback's server.
std::string LoopbackUrl(int port);

}  // namespace rookery::devcloud
