// Keeps foreign web pages from using the browser of someone who may reach this server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/http/message.h"

namespace rookery::gateway {

// A page can make its own name resolve to this server's address (DNS rebinding), and can send
// requests to other origins. Both are told by headers that a page cannot forge. Programs that are
// no browsers send no Origin, and name the server by an address or by a name that the operator
// knows. Immutable.
class BrowserGuard {
 public:
  struct Options {
    // Names by which clients may call the server, beside `localhost` and all IP addresses; `*` in a
    // name stands for any text. A port is part of the name only if it is written.
    std::vector<std::string> allowed_hosts;
    // Origins (`https://ui.example.org`) whose pages may write, beside the server's own and those
    // of localhost; `*` as above.
    std::vector<std::string> allowed_origins;
  };

  explicit BrowserGuard(Options options) : options_(std::move(options)) {}

  // PERMISSION_DENIED, in MLflow's words.
  Status Check(const http::RequestHead& request) const;

 private:
  bool IsAllowedHost(std::string_view host) const;
  bool IsAllowedOrigin(std::string_view origin, std::string_view host) const;

  const Options options_;
};

}  // namespace rookery::gateway
