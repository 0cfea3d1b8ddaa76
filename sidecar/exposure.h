// Who can reach a sidecar.
#pragma once

#include "libs/base/status.h"
#include "sidecar/sidecar.h"

namespace rookery::sidecar {

// A sidecar asks nobody who he is, and shows its own token upstream. INVALID_ARGUMENT: it would
// serve more than this machine, and the options do not say that this is meant.
Status MustBeAmongFriends(const SidecarOptions& options);

}  // namespace rookery::sidecar
