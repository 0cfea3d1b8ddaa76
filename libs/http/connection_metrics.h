// What a server tells Prometheus of its connections. What is asked over them is counted by those
// who know the routes.
#pragma once

#include "libs/metrics/registry.h"

namespace rookery::http {

// Immutable.
struct ConnectionMetrics {
  // `registry` may be null.
  explicit ConnectionMetrics(metrics::Registry* registry);

  metrics::Gauge open;
  metrics::Counter accepted;
  // Answered without a handler, and closed.
  metrics::Counter too_many;
  metrics::Counter too_slow;
  metrics::Counter malformed;
  metrics::Counter no_tls;
};

}  // namespace rookery::http
