#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {
namespace {

constexpr metrics::Family kFsync = {"rookery_sidecar_spool_fsync_duration_seconds",
                                    "How long a sync of written records took."};
constexpr metrics::Family kGroups = {"rookery_sidecar_spool_group_commits_total",
                                     "Groups of records that were written and synced at once."};
constexpr metrics::Family kGroupRecords = {"rookery_sidecar_spool_group_commit_records_total",
                                           "Records in these groups."};
constexpr metrics::Family kErrors = {
    "rookery_sidecar_spool_errors_total",
    "What the disk refused: write, sync, begin (of a segment), spare (making one), read."};
constexpr metrics::Family kCorrupt = {"rookery_sidecar_spool_corrupt_records_total",
                                      "Damaged places that were met in segments."};
constexpr metrics::Family kGap = {"rookery_sidecar_spool_gap_things_total",
                                  "Numbers that were told to be missing because of damage."};
constexpr metrics::Family kRecovery = {"rookery_sidecar_spool_recovery_duration_seconds",
                                       "How long opening the spool took."};

}  // namespace

SpoolMetrics::SpoolMetrics(metrics::Registry* registry) {
  if (registry == nullptr) return;
  const auto errors = [&](const char* op) { return registry->AddCounter(kErrors, {{"op", op}}); };
  fsync = registry->AddHistogram(kFsync);
  groups = registry->AddCounter(kGroups);
  group_records = registry->AddCounter(kGroupRecords);
  write_errors = errors("write");
  sync_errors = errors("sync");
  begin_errors = errors("begin");
  spare_errors = errors("spare");
  read_errors = errors("read");
  corrupt_records = registry->AddCounter(kCorrupt);
  gap_things = registry->AddCounter(kGap);
  recovery = registry->AddGauge(kRecovery);
}

}  // namespace rookery::spool
