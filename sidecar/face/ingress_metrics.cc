#include "sidecar/face/ingress_metrics.h"

#include <vector>

namespace rookery::sidecar {
namespace {

constexpr metrics::Family kRequests = {"rookery_sidecar_ingest_requests_total",
                                       "Requests that write, by protocol and canonical code."};
constexpr metrics::Family kTook = {
    "rookery_sidecar_ack_duration_seconds",
    "From a write's arrival to its acknowledgement, by how far it had to come."};

// 100 us to 30 s: a loopback and a sync are faster than what the server's buckets are for.
const std::vector<double>& Buckets() {
  static const std::vector<double> buckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                              0.025,  0.05,    0.1,    0.25,  1,      5,     30};
  return buckets;
}

}  // namespace

IngressMetrics::IngressMetrics(metrics::Registry* registry, const std::string& protocol) {
  if (registry == nullptr) return;
  for (size_t code = 0; code < requests_.size(); ++code) {
    requests_[code] = registry->AddCounter(
        kRequests, {{"protocol", protocol},
                    {"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(code))}});
  }
  constexpr std::array<const char*, 3> kLevels = {"buffered", "durable", "upstream"};
  for (size_t level = 0; level < kLevels.size(); ++level) {
    took_[level] = registry->AddHistogram(kTook, {{"level", kLevels[level]}}, Buckets());
  }
}

void IngressMetrics::Answered(const Status& status, Ack ack, absl::Duration took) const {
  requests_[static_cast<size_t>(status.code())].Increment();
  if (status.ok()) took_[static_cast<size_t>(ack)].Observe(took);
}

}  // namespace rookery::sidecar
