// What forwarding tells Prometheus.
#pragma once

#include <absl/time/time.h>

#include <cstdint>

#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "sidecar/forward/quarantined.pb.h"

namespace rookery::sidecar {

// Thread-safe.
class ForwardMetrics {
 public:
  // `registry` may be null.
  explicit ForwardMetrics(metrics::Registry* registry);

  // A request of so many points was taken.
  void Sent(int64_t points, absl::Duration took) const;
  void Retried(const Status& why) const;
  void Bisected() const { bisected_.Increment(); }
  void Quarantined(const QuarantinedRecord& record) const;
  // Things that the upstream was told not to wait for.
  void Lost(int64_t things) const { lost_.Increment(static_cast<double>(things)); }

 private:
  metrics::Registry* const registry_;
  metrics::Counter points_;
  metrics::Counter batches_;
  metrics::Histogram took_;
  metrics::Counter bisected_;
  metrics::Counter quarantined_;
  metrics::Counter quarantined_records_;
  metrics::Counter lost_;
};

}  // namespace rookery::sidecar
