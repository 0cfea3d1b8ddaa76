// What Prometheus is told of the certificate that a server shows.
#pragma once

#include <memory>

#include "libs/metrics/registry.h"
#include "libs/tls/server_identity.h"

namespace rookery::http {

// Nothing, if the server speaks no TLS (`identity` is null).
void AddTlsMetrics(metrics::Registry* registry,
                   std::shared_ptr<const tls::ServerIdentity> identity);

}  // namespace rookery::http
