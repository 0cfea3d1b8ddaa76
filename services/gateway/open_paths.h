// What anybody may ask, where others must say who they are.
#pragma once

#include "libs/http/message.h"

namespace rookery::gateway {

// Probes, Prometheus and version checks have no token, and of Azure's clients those that look for
// their cloud have none yet. What they are told is about the server, not about its data.
bool IsOpenToAll(const http::RequestHead& request);

}  // namespace rookery::gateway
