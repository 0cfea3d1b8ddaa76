// What Azure's clients take from their worker's loopback.
#pragma once

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/http/server.h"
#include "libs/loopback_cloud/loopback_cloud.h"
#include "sidecar/identity/file_tokens.h"

namespace rookery::sidecar {

// Serves the cloud's document and tokens from Listen to its end, whether the upstream is there or
// not. Thread-safe.
class WorkerCloud {
 public:
  // `file` and `clock` outlive it. INVALID_ARGUMENT: `address` is not one of this machine's
  // loopback, which alone may be given tokens. UNAVAILABLE: it cannot be listened on.
  static StatusOr<std::unique_ptr<WorkerCloud>> Listen(const std::string& address,
                                                       loopback_cloud::Cloud cloud, TokenFile& file,
                                                       const Clock& clock);

  // For example http://127.0.0.1:9442.
  std::string url() const;

  void Shutdown(absl::Duration grace) { server_->Shutdown(grace); }

 private:
  WorkerCloud(loopback_cloud::Cloud cloud, TokenFile& file, const Clock& clock)
      : tokens_(file, clock), cloud_(std::move(cloud), tokens_, clock) {}

  FileTokens tokens_;
  loopback_cloud::LoopbackCloud cloud_;
  std::string host_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace rookery::sidecar
