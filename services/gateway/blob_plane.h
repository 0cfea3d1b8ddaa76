// The artifact service's data plane, where it lives in this process.
#pragma once

#include <functional>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/http/exchange.h"

namespace rookery::gateway {

// Requests that the gateway hands on as they are, before anything else: a signed URL is all the
// authorization that they need. Empty: the data plane is elsewhere.
struct BlobPlane {
  std::function<bool(const http::RequestHead&)> takes;
  // Answers, whatever happens; what is returned is for the log.
  std::function<http::asio::awaitable<Status>(http::Exchange&, const CallContext&)> answer;

  bool Takes(const http::RequestHead& request) const { return takes && takes(request); }
};

}  // namespace rookery::gateway
