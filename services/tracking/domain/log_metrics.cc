#include "services/tracking/domain/log_metrics.h"

namespace rookery::tracking {
namespace {

constexpr metrics::Family kWrites = {
    "rookery_ingest_group_writes",
    "Writes to runs (log-metric, log-batch, ingest ...) that shared one commit."};
constexpr metrics::Family kPoints = {"rookery_ingest_group_points",
                                     "Metric points that shared one commit."};
constexpr metrics::Family kLag = {
    "rookery_ingest_lag_seconds",
    "From a write to runs being checked until it is committed: its wait and its group's commit."};
constexpr metrics::Family kPointsTotal = {
    "rookery_ingest_points_total",
    "Metric points that were committed, those that a sidecar sent again included."};

}  // namespace

LogMetrics::LogMetrics(metrics::Registry* registry) : registry_(registry) {
  if (registry == nullptr) return;
  writes_ = registry->AddHistogram(kWrites, {}, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024});
  points_ = registry->AddHistogram(kPoints, {}, {0, 1, 10, 100, 1000, 10'000, 100'000, 1'000'000});
  lag_ = registry->AddHistogram(kLag);
}

void LogMetrics::Committed(const std::vector<LogWrite*>& group, absl::Time now) {
  if (registry_ == nullptr) return;
  size_t all = 0;
  for (const LogWrite* write : group) {
    lag_.Observe(now - write->submitted);
    if (!write->refusal().ok()) continue;
    size_t points = 0;
    for (const RunWrite& run : write->runs()) points += run.points.columns.size();
    if (points == 0) continue;
    PointsOf(write->workspace()).Increment(static_cast<double>(points));
    all += points;
  }
  writes_.Observe(static_cast<double>(group.size()));
  points_.Observe(static_cast<double>(all));
}

const metrics::Counter& LogMetrics::PointsOf(std::string_view workspace) {
  auto found = points_by_workspace_.find(workspace);
  if (found == points_by_workspace_.end() && points_by_workspace_.size() >= kMaxWorkspaces) {
    workspace = kOtherWorkspaces;
    found = points_by_workspace_.find(workspace);
  }
  if (found == points_by_workspace_.end()) {
    const std::string name(workspace);
    found = points_by_workspace_
                .emplace(name, registry_->AddCounter(kPointsTotal, {{"workspace", name}}))
                .first;
  }
  return found->second;
}

}  // namespace rookery::tracking
