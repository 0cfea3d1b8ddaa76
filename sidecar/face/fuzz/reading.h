// Any bytes, read as a request to the sidecar's HTTP port.
#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::sidecar::fuzz {

// The first byte says where the rest, which a client sends, is cut in two.
//
// Takes the request as the port does: out of bytes, to its route, into the route's message, into
// what a write spools. One that is complete must be the same in one piece and in two, be refused as
// the client's fault, if at all, and come back when what was read of it is printed. INTERNAL, with
// what was found, if that is not so.
Status ReadAnything(std::string_view text);

}  // namespace rookery::sidecar::fuzz
