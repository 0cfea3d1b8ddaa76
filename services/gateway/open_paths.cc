#include "services/gateway/open_paths.h"

#include <algorithm>
#include <array>

namespace rookery::gateway {

bool IsOpenToAll(std::string_view path) {
  constexpr std::array<std::string_view, 4> kOpen = {"/health", "/ready", "/version", "/metrics"};
  return std::find(kOpen.begin(), kOpen.end(), path) != kOpen.end();
}

}  // namespace rookery::gateway
