#include "sidecar/sidecar_metrics.h"

#include <absl/time/clock.h>

#include <algorithm>

namespace rookery::sidecar {
namespace {

constexpr metrics::Family kLag = {
    "rookery_sidecar_forward_lag_seconds",
    "Age of the oldest record that is being sent and not upstream yet; 0 if there is none."};
constexpr metrics::Family kAway = {"rookery_sidecar_upstream_away",
                                   "1 while the upstream does not answer."};
constexpr metrics::Family kFailed = {
    "rookery_sidecar_forward_failed",
    "1 if a workspace's records go upstream no more: see the log."};

}  // namespace

void AddSidecarMetrics(metrics::Registry* registry, const Forwarder& forwarder,
                       const Upstream& upstream) {
  const auto lag = registry->AddGauge(kLag);
  const auto away = registry->AddGauge(kAway);
  const auto failed = registry->AddGauge(kFailed);
  registry->BeforeText([&forwarder, &upstream, lag, away, failed] {
    const absl::Time oldest = forwarder.oldest();
    const bool is_idle = oldest == absl::InfiniteFuture();
    lag.Set(is_idle ? 0 : std::max(0.0, absl::ToDoubleSeconds(absl::Now() - oldest)));
    away.Set(upstream.away() ? 1 : 0);
    failed.Set(forwarder.health().ok() ? 0 : 1);
  });
}

}  // namespace rookery::sidecar
