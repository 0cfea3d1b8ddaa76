// What Prometheus is told of the disk that keeps artifacts.
#pragma once

#include <string>

#include "libs/metrics/registry.h"

namespace rookery::artifact {

// Looked up whenever Prometheus asks.
void AddDiskMetrics(metrics::Registry* registry, const std::string& folder);

}  // namespace rookery::artifact
