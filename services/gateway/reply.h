// The shapes of the gateway's answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/azure/mount.h"

namespace rookery::gateway {

inline constexpr int kRangeNotSatisfiable = 416;

// What every answer carries so that browsers do not take a file for a page or frame it elsewhere.
http::Headers SafetyHeaders();

http::asio::awaitable<Status> SendJson(http::Exchange& exchange, std::string json);

// MLflow's error body, with the request's id in X-Request-Id; under a mount it is Azure's as well
// (azure/error_body.h).
http::asio::awaitable<Status> SendError(http::Exchange& exchange, const Status& status,
                                        const std::string& request_id,
                                        const std::optional<Mount>& mount);
http::asio::awaitable<Status> SendMethodNotAllowed(http::Exchange& exchange,
                                                   const std::string& allowed,
                                                   const std::string& request_id,
                                                   const std::optional<Mount>& mount);
// 416 for a range that the file does not have; `content_range` says how long it is. May be empty.
http::asio::awaitable<Status> SendRangeNotSatisfiable(http::Exchange& exchange,
                                                      const Status& status,
                                                      std::string content_range,
                                                      const std::string& request_id,
                                                      const std::optional<Mount>& mount);

// To another path of this server, for good.
http::asio::awaitable<Status> SendRedirect(http::Exchange& exchange, std::string path);

// The error for a JSON body that is longer than the gateway reads; SendError makes 413 of it.
Status BodyTooLarge(uint64_t limit_bytes);

}  // namespace rookery::gateway
