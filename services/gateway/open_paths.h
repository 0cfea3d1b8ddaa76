// What anybody may ask, where others must say who they are.
#pragma once

#include <string_view>

namespace rookery::gateway {

// Probes, Prometheus and version checks have no token. What they are told is about the server, not
// about its data.
bool IsOpenToAll(std::string_view path);

}  // namespace rookery::gateway
