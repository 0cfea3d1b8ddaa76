#include "libs/http/tls_metrics.h"

#include <absl/time/time.h>

#include <utility>

namespace rookery::http {
namespace {

constexpr metrics::Family kExpiry = {"rookery_tls_certificate_expiry_timestamp_seconds",
                                     "When the certificate that is shown expires, in Unix time."};

}  // namespace

void AddTlsMetrics(metrics::Registry* registry,
                   std::shared_ptr<const tls::ServerIdentity> identity) {
  if (identity == nullptr) return;
  const auto expiry = registry->AddGauge(kExpiry);
  registry->BeforeText([expiry, identity = std::move(identity)] {
    expiry.Set(static_cast<double>(absl::ToUnixSeconds(identity->current()->expiry)));
  });
}

}  // namespace rookery::http
