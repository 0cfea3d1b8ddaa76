// Where probes and operators ask a gRPC program about itself.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/http/message.h"
#include "libs/http/server.h"

namespace rookery::program {

// HTTP beside a program's gRPC: GET /health answers OK as long as the process lives, GET /ready
// as long as it takes new calls, else 503. Serves from Listen to its end. Thread-safe.
class AdminEndpoint {
 public:
  // What further paths answer to GET, by path. Called from several threads.
  using Pages = std::map<std::string, std::function<http::Response()>>;

  // INVALID_ARGUMENT: `address` is not host:port. UNAVAILABLE: it cannot be listened on.
  static StatusOr<std::unique_ptr<AdminEndpoint>> Listen(const std::string& address, Pages pages);

  // For example http://127.0.0.1:5111.
  std::string url() const;

  // /ready is 503 from now on.
  void StopBeingReady() { ready_ = false; }

 private:
  explicit AdminEndpoint(Pages pages) : pages_(std::move(pages)) {}

  http::Response Answer(const http::RequestHead& request) const;

  const Pages pages_;
  std::atomic<bool> ready_ = true;
  std::string host_;
  // Last, so that nothing is asked of what has gone.
  std::unique_ptr<http::Server> server_;
};

}  // namespace rookery::program
