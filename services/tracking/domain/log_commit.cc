#include "services/tracking/domain/log_commit.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "services/tracking/domain/log_group.h"

namespace rookery::tracking {

db::GroupQueue::Options LogCommit::DefaultOptions() {
  // A batch has 1,000 points, and a point takes 36 bytes on its way: 9 MB a group, 150 MB at most.
  return {.max_group = 1024,
          .max_queued = 8192,
          .max_group_weight = 256 * 1024,
          .max_queued_weight = 4 * 1024 * 1024,
          .gather = absl::Milliseconds(1),
          .max_gather_weight = 512};
}

LogCommit::LogCommit(db::Database& database, const store::MetricStore& metrics,
                     const RunSignals& signals, const Clock& clock, metrics::Registry* registry,
                     const db::GroupQueue::Options& options)
    : metrics_(metrics),
      signals_(signals),
      clock_(clock),
      observed_(registry),
      space_(database, store::kLatestTable),
      commits_(
          database, [this](db::Transaction& txn, const Group& group) { return Write(txn, group); },
          options, [this](const Group& group) { Committed(group); }) {}

LogCommit::~LogCommit() = default;

void LogCommit::Submit(std::unique_ptr<LogWrite> write) {
  write->submitted = absl::Now();
  commits_.Submit(std::move(write));
}

Status LogCommit::Write(db::Transaction& txn, const Group& group) {
  new_writers_.clear();
  dead_bytes_ = 0;
  std::map<std::string_view, Group> by_workspace;
  for (LogWrite* write : group) by_workspace[write->workspace()].push_back(write);
  for (const auto& [workspace, writes] : by_workspace) {
    LogGroup log(txn, metrics_, writers_, workspace, clock_.NowMs());
    RETURN_IF_ERROR(log.Write(writes));
    std::ranges::copy(log.new_writers(), std::back_inserter(new_writers_));
    dead_bytes_ += log.dead_bytes();
  }
  return absl::OkStatus();
}

void LogCommit::Committed(const Group& group) {
  observed_.Committed(group, absl::Now());
  space_.Add(dead_bytes_);
  for (const KnownWriters::Writer& writer : new_writers_) writers_.Add(writer);
  std::set<std::pair<std::string_view, std::string_view>> runs;
  for (const LogWrite* write : group) {
    if (!write->refusal().ok()) continue;
    for (const RunWrite& run : write->runs()) {
      if (run.points.columns.size() > 0) runs.emplace(write->workspace(), run.run_id);
    }
  }
  for (const auto& [workspace, run_id] : runs) signals_.Committed(workspace, run_id);
}

}  // namespace rookery::tracking
