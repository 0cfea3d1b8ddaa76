// What a way in tells Prometheus.
#pragma once

#include <absl/time/time.h>

#include <array>
#include <string>

#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "sidecar/face/ack.h"

namespace rookery::sidecar {

// Thread-safe.
class IngressMetrics {
 public:
  // `registry` may be null. `protocol` is `grpc` or `http`.
  IngressMetrics(metrics::Registry* registry, const std::string& protocol);

  // A request that writes was answered. How long it took counts if it was taken.
  void Answered(const Status& status, Ack ack, absl::Duration took) const;

 private:
  // By canonical code.
  std::array<metrics::Counter, 17> requests_;
  // By Ack.
  std::array<metrics::Histogram, 3> took_;
};

}  // namespace rookery::sidecar
