#include "libs/http/connection_metrics.h"

namespace rookery::http {
namespace {

constexpr metrics::Family kOpen = {"rookery_http_connections",
                                   "Open connections, those being turned away included."};
constexpr metrics::Family kAccepted = {"rookery_http_connections_accepted_total",
                                       "Connections that were accepted."};
constexpr metrics::Family kRefused = {
    "rookery_http_connections_refused_total",
    "Connections that were closed before a request was read: too_many (503), too_slow (408), "
    "malformed (400 and others), no_tls (the handshake failed or took too long)."};

}  // namespace

ConnectionMetrics::ConnectionMetrics(metrics::Registry* registry) {
  if (registry == nullptr) return;
  open = registry->AddGauge(kOpen);
  accepted = registry->AddCounter(kAccepted);
  too_many = registry->AddCounter(kRefused, {{"reason", "too_many"}});
  too_slow = registry->AddCounter(kRefused, {{"reason", "too_slow"}});
  malformed = registry->AddCounter(kRefused, {{"reason", "malformed"}});
  no_tls = registry->AddCounter(kRefused, {{"reason", "no_tls"}});
}

}  // namespace rookery::http
