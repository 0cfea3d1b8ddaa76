#include "sidecar/forward/forward_metrics.h"

namespace rookery::sidecar {
namespace {

constexpr metrics::Family kPoints = {"rookery_sidecar_forward_points_total",
                                     "Points that the upstream has taken since the start."};
constexpr metrics::Family kBatches = {"rookery_sidecar_forward_batches_total",
                                      "Requests that the upstream has taken."};
constexpr metrics::Family kTook = {"rookery_sidecar_forward_duration_seconds",
                                   "How long the upstream took for a request."};
constexpr metrics::Family kRetries = {"rookery_sidecar_forward_retries_total",
                                      "Requests that are to be sent again, by the error's code."};
constexpr metrics::Family kBisected = {
    "rookery_sidecar_forward_bisected_total",
    "Requests that were sent again in halves, to find what the upstream refuses in them."};
constexpr metrics::Family kQuarantined = {"rookery_sidecar_quarantined_points_total",
                                          "Points that went into quarantine since the start."};
constexpr metrics::Family kQuarantinedRecords = {
    "rookery_sidecar_quarantined_records_total",
    "Records that went into quarantine since the start: writes, with points or without, and "
    "calls."};
constexpr metrics::Family kLost = {
    "rookery_sidecar_forward_gap_things_total",
    "Points, params, tags and ends that the disk lost, as the upstream was told."};

}  // namespace

ForwardMetrics::ForwardMetrics(metrics::Registry* registry) : registry_(registry) {
  if (registry == nullptr) return;
  points_ = registry->AddCounter(kPoints);
  batches_ = registry->AddCounter(kBatches);
  took_ = registry->AddHistogram(kTook);
  bisected_ = registry->AddCounter(kBisected);
  quarantined_ = registry->AddCounter(kQuarantined);
  quarantined_records_ = registry->AddCounter(kQuarantinedRecords);
  lost_ = registry->AddCounter(kLost);
}

void ForwardMetrics::Sent(int64_t points, absl::Duration took) const {
  points_.Increment(static_cast<double>(points));
  batches_.Increment();
  took_.Observe(took);
}

void ForwardMetrics::Retried(const Status& why) const {
  if (registry_ == nullptr) return;
  registry_->AddCounter(kRetries, {{"code", absl::StatusCodeToString(why.code())}}).Increment();
}

void ForwardMetrics::Quarantined(const QuarantinedRecord& record) const {
  quarantined_.Increment(static_cast<double>(record.points()));
  quarantined_records_.Increment();
}

}  // namespace rookery::sidecar
