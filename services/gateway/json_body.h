// The body of a request that a route reads as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "libs/transcode/route.h"

namespace rookery::gateway {

// Empty, and nothing is read, if the route reads none. INVALID_ARGUMENT: its type is none that the
// route takes, or it is longer than `max_bytes` (BodyTooLarge).
http::asio::awaitable<StatusOr<std::string>> ReadJsonBody(http::Exchange& exchange,
                                                          const transcode::Route& route,
                                                          uint64_t max_bytes);

}  // namespace rookery::gateway
