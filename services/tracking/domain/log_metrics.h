// What Prometheus is told of the commits of what runs log.
#pragma once

#include <absl/time/time.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/metrics/registry.h"
#include "services/tracking/domain/log_write.h"

namespace rookery::tracking {

// Used by the one thread that commits.
class LogMetrics {
 public:
  // Points are counted by workspace for so many of them, those that come first; all others are one
  // series, so that a server with many workspaces is no burden for Prometheus.
  static constexpr size_t kMaxWorkspaces = 100;
  static constexpr char kOtherWorkspaces[] = "(other)";

  // May be null. Outlives this.
  explicit LogMetrics(metrics::Registry* registry);

  // A group was committed at `now`.
  void Committed(const std::vector<LogWrite*>& group, absl::Time now);

 private:
  const metrics::Counter& PointsOf(std::string_view workspace);

  metrics::Registry* const registry_;
  metrics::Histogram writes_;
  metrics::Histogram points_;
  metrics::Histogram lag_;
  std::map<std::string, metrics::Counter, std::less<>> points_by_workspace_;
};

}  // namespace rookery::tracking
