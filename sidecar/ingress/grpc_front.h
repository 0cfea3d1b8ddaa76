// The sidecar's gRPC server.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/ingress/ingest.h"

namespace rookery::sidecar {

// Serves rookery.tracking.v1.MetricService, health and reflection, from Listen to its end. Whoever
// reaches the address may write: the sidecar's callers are of its machine. Thread-safe.
class GrpcFront {
 public:
  // `address` is host:port, or unix:/path of a socket that is made. All else is lent.
  // INVALID_ARGUMENT, UNAVAILABLE: of the address.
  static StatusOr<std::unique_ptr<GrpcFront>> Listen(const std::string& address, Ingest& ingest,
                                                     Upstream& upstream,
                                                     metrics::Registry* metrics);
  ~GrpcFront();

  // Where it listens, as gRPC's clients take it.
  const std::string& address() const { return address_; }

  void Shutdown(absl::Duration grace);

 private:
  struct Parts;
  GrpcFront(std::string address, std::unique_ptr<Parts> parts);

  const std::string address_;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::sidecar
