// Where a sidecar forwards to, as people write it.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::sidecar {

struct UpstreamUri {
  // For rpc::OpenChannel.
  std::string addresses;
  bool tls = false;
};

// rookery://host:port or rookerys://host:port; what rpc::OpenChannel takes may stand for host:port.
// UNIMPLEMENTED: another scheme. INVALID_ARGUMENT: none.
StatusOr<UpstreamUri> ParseUpstreamUri(std::string_view text);

}  // namespace rookery::sidecar
