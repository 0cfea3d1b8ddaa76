// The shapes of the gateway's answers.
#pragma once

#include <cstdint>
#include <string>

#include "libs/base/status.h"
#include "libs/http/exchange.h"

namespace rookery::gateway {

inline constexpr int kRangeNotSatisfiable = 416;

// What every answer carries so that browsers do not take a file for a page or frame it elsewhere.
http::Headers SafetyHeaders();

http::asio::awaitable<Status> SendJson(http::Exchange& exchange, std::string json);

// MLflow's error body, with the request's id in X-Request-Id.
http::asio::awaitable<Status> SendError(http::Exchange& exchange, const Status& status,
                                        const std::string& request_id);
http::asio::awaitable<Status> SendMethodNotAllowed(http::Exchange& exchange,
                                                   const std::string& allowed,
                                                   const std::string& request_id);
// 416 for a range that the file does not have; `content_range` says how long it is. May be empty.
http::asio::awaitable<Status> SendRangeNotSatisfiable(http::Exchange& exchange,
                                                      const Status& status,
                                                      std::string content_range,
                                                      const std::string& request_id);

// The error for a JSON body that is longer than the gateway reads; SendError makes 413 of it.
Status BodyTooLarge(uint64_t limit_bytes);

}  // namespace rookery::gateway
