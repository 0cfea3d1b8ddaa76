// What an Executor tells Prometheus, by its name.
#pragma once

#include <string>

#include "libs/metrics/registry.h"

namespace rookery::rpc {

// Immutable.
struct ExecutorMetrics {
  // `registry` may be null.
  ExecutorMetrics(metrics::Registry* registry, const std::string& executor, int threads);

  metrics::Gauge queued;
  metrics::Gauge busy;
  metrics::Histogram wait;
  // Why a task was not run.
  metrics::Counter queue_full;
  metrics::Counter would_wait;
  metrics::Counter has_waited;
};

}  // namespace rookery::rpc
