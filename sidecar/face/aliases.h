// Experiments that the upstream knows by another id.
#pragma once

#include <google/protobuf/message.h>

#include <memory>

#include "sidecar/journal/memory.h"

namespace rookery::sidecar {

// The metadata by which a client says how far its write is to have come; over HTTP the header of
// this name.
inline constexpr char kAckKey[] = "rookery-ack";

// A copy of `request` that names experiments as the upstream does; null if it does so already.
std::shared_ptr<google::protobuf::Message> WithUpstreamIds(const google::protobuf::Message& request,
                                                           const Memory& memory,
                                                           spool::LaneId lane);

}  // namespace rookery::sidecar
