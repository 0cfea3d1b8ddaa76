// How far a write is to have come before it is answered.
#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::sidecar {

enum class Ack { kBuffered, kDurable, kUpstream };

// The metadata by which a client says so; over HTTP the header of this name.
inline constexpr char kAckKey[] = "rookery-ack";

// `buffered`, `durable` (or nothing) or `upstream`; INVALID_ARGUMENT: something else.
StatusOr<Ack> ParseAck(std::string_view text);

}  // namespace rookery::sidecar
