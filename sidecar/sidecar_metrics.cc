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

constexpr metrics::Family kBytes = {"rookery_sidecar_spool_size_bytes",
                                    "Bytes of segments that are not released."};
constexpr metrics::Family kCapacity = {"rookery_sidecar_spool_capacity_bytes",
                                       "What the size may become, as the disk is now."};
constexpr metrics::Family kSegments = {"rookery_sidecar_spool_segments",
                                       "Segments, spare and retained ones included."};

// In points. Always: ingested = confirmed + spooled + quarantined + gap.
constexpr metrics::Family kIngested = {"rookery_sidecar_ingested_points",
                                       "Points that were taken in since the spool was made, "
                                       "without those that were refused while their "
                                       "client waited."};
constexpr metrics::Family kConfirmed = {"rookery_sidecar_confirmed_points",
                                        "Of the ingested points those that are upstream."};
constexpr metrics::Family kSpooled = {"rookery_sidecar_spooled_points",
                                      "Of the ingested points those that are still to be sent."};
constexpr metrics::Family kQuarantined = {
    "rookery_sidecar_quarantined_points",
    "Of the ingested points those that went into quarantine, whatever was done with them there."};
constexpr metrics::Family kGap = {"rookery_sidecar_gap_points",
                                  "Of the ingested points those that the disk lost."};
constexpr metrics::Family kRefused = {
    "rookery_sidecar_refused_points",
    "Points that the upstream refused while their client waited, who was told."};

}  // namespace

void AddSidecarMetrics(metrics::Registry* registry, const spool::Spool& spool,
                       const Forwarder& forwarder, const Upstream& upstream) {
  const auto bytes = registry->AddGauge(kBytes);
  const auto capacity = registry->AddGauge(kCapacity);
  const auto segments = registry->AddGauge(kSegments);
  registry->BeforeText([=, &spool] {
    const spool::Usage usage = spool.usage();
    bytes.Set(static_cast<double>(usage.bytes));
    capacity.Set(static_cast<double>(usage.capacity_bytes));
    segments.Set(static_cast<double>(usage.segments));
  });
  const auto lag = registry->AddGauge(kLag);
  const auto away = registry->AddGauge(kAway);
  const auto failed = registry->AddGauge(kFailed);
  const auto ingested = registry->AddGauge(kIngested);
  const auto confirmed = registry->AddGauge(kConfirmed);
  const auto spooled = registry->AddGauge(kSpooled);
  const auto quarantined = registry->AddGauge(kQuarantined);
  const auto gap = registry->AddGauge(kGap);
  const auto refused = registry->AddGauge(kRefused);
  registry->BeforeText([=, &forwarder] {
    const Forwarder::Points points = forwarder.points();
    const Settled& settled = points.settled;
    ingested.Set(static_cast<double>(points.taken - settled.refused()));
    confirmed.Set(static_cast<double>(settled.confirmed()));
    spooled.Set(static_cast<double>(points.taken - SumOf(settled)));
    quarantined.Set(static_cast<double>(settled.quarantined()));
    gap.Set(static_cast<double>(settled.gap()));
    refused.Set(static_cast<double>(settled.refused()));
  });
  registry->BeforeText([&forwarder, &upstream, lag, away, failed] {
    const absl::Time oldest = forwarder.oldest();
    const bool is_idle = oldest == absl::InfiniteFuture();
    lag.Set(is_idle ? 0 : std::max(0.0, absl::ToDoubleSeconds(absl::Now() - oldest)));
    away.Set(upstream.away() ? 1 : 0);
    failed.Set(forwarder.health().ok() ? 0 : 1);
  });
}

}  // namespace rookery::sidecar
