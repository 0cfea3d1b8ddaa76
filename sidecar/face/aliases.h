// Experiments that the upstream knows by another id.
#pragma once

#include <google/protobuf/message.h>

#include <memory>

#include "sidecar/journal/memory.h"

namespace rookery::sidecar {

// A copy of `request` that names experiments as the upstream does; null if it does so already.
std::shared_ptr<google::protobuf::Message> WithUpstreamIds(const google::protobuf::Message& request,
                                                           const Memory& memory,
                                                           spool::LaneId lane);

}  // namespace rookery::sidecar
