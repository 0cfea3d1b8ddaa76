// What a Spool tells Prometheus.
#pragma once

#include "libs/metrics/registry.h"

namespace rookery::spool {

// Immutable.
struct SpoolMetrics {
  // `registry` may be null.
  explicit SpoolMetrics(metrics::Registry* registry);

  metrics::Histogram fsync;
  // How many records shared a write and a sync: of all groups, groups and records.
  metrics::Counter groups;
  metrics::Counter group_records;
  metrics::Counter write_errors;
  metrics::Counter sync_errors;
  metrics::Counter begin_errors;
  metrics::Counter spare_errors;
  metrics::Counter read_errors;
  metrics::Counter corrupt_records;
  metrics::Counter gap_things;
  metrics::Gauge recovery;
};

}  // namespace rookery::spool
