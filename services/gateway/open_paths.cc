#include "services/gateway/open_paths.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace rookery::gateway {

bool IsOpenToAll(const http::RequestHead& request) {
  constexpr std::array<std::string_view, 5> kOpen = {"/health", "/ready", "/version", "/metrics",
                                                     "/discovery"};
  const bool reads = request.method == "GET" || request.method == "HEAD";
  return reads && std::find(kOpen.begin(), kOpen.end(), request.path) != kOpen.end();
}

}  // namespace rookery::gateway
