// What is looked up when Prometheus asks a sidecar.
#pragma once

#include "libs/metrics/registry.h"
#include "sidecar/forward/forwarder.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// All are lent for as long as the registry is asked.
void AddSidecarMetrics(metrics::Registry* registry, const spool::Spool& spool,
                       const Forwarder& forwarder, const Upstream& upstream);

}  // namespace rookery::sidecar
