// The way to an upstream.
#pragma once

#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/generic_client.h"

namespace rookery::sidecar {

// INVALID_ARGUMENT: `uri` names nothing usable, or the files of `tls` do not.
StatusOr<std::shared_ptr<rpc::GenericClient>> Connect(const std::string& uri,
                                                      const rpc::ChannelTls& tls);

}  // namespace rookery::sidecar
