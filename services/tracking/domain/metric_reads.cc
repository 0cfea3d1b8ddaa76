#include "services/tracking/domain/metric_reads.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

constexpr size_t kMaxRuns = 1000;
// What is read at a time: 9 MB in memory.
constexpr int64_t kPortionPoints = 262'144;

}  // namespace

StatusOr<v1::CountStoredPointsResponse> MetricReads::Count(
    const CallContext& call, const v1::CountStoredPointsRequest& request) {
  ASSIGN_OR_RETURN(const store::StoredCount count,
                   database_.Read(call, [&](db::Transaction& txn) -> StatusOr<store::StoredCount> {
                     ASSIGN_OR_RETURN(const auto run,
                                      store::FindRun(txn, call.workspace, request.run_id()));
                     if (!run) return RunNotFound(request.run_id());
                     return store::CountStored(txn, call.workspace, request.run_id());
                   }));
  v1::CountStoredPointsResponse response;
  response.set_points(count.points);
  response.set_segments(count.segments);
  response.set_unmerged_segments(count.unmerged);
  return response;
}

ColumnReader::ColumnReader(db::Database& database, const store::MetricStore& metrics,
                           const CallContext& call, const v1::ReadMetricColumnsRequest& request)
    : database_(database),
      metrics_(metrics),
      call_(call),
      run_ids_(request.run_ids().begin(), request.run_ids().end()),
      keys_(request.keys().begin(), request.keys().end()) {
  std::ranges::sort(keys_);
  keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
}

Status ColumnReader::Check() const {
  if (run_ids_.size() <= kMaxRuns) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("A call may name {} runs and names {}.", kMaxRuns, run_ids_.size()));
}

StatusOr<bool> ColumnReader::Next(v1::MetricColumns* columns) {
  if (given_ == points_.columns.size()) {
    RETURN_IF_ERROR(Refill());
    if (points_.columns.size() == 0) return false;
  }
  const size_t end = EndOfMessage(points_, given_);
  columns->Clear();
  columns->set_run_id(run_ids_[run_]);
  ToColumns(points_, given_, end, columns);
  given_ = end;
  return true;
}

Status ColumnReader::Refill() {
  given_ = 0;
  for (; run_ < run_ids_.size(); ++run_, place_.reset()) {
    RETURN_IF_ERROR(database_.Read(call_, [&](db::Transaction& txn) {
      return metrics_.ReadColumns(txn, call_.workspace, run_ids_[run_], keys_,
                                  place_ ? &*place_ : nullptr, kPortionPoints, &points_);
    }));
    const segment::Columns& rows = points_.columns;
    if (rows.size() == 0) continue;
    place_ = {points_.keys[rows.key.back()], store::PointAt(rows, rows.size() - 1)};
    return absl::OkStatus();
  }
  points_ = segment::Points();
  return absl::OkStatus();
}

}  // namespace rookery::tracking
