#include "services/tracking/domain/metric_reads.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

constexpr size_t kMaxRuns = 1000;
// What is read at a time: 6 MB in memory.
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
  return response;
}

ColumnReader::ColumnReader(db::Database& database, const store::MetricStore& metrics,
                           const CallContext& call, const v1::ReadMetricColumnsRequest& request)
    : database_(database),
      metrics_(metrics),
      call_(call),
      run_ids_(request.run_ids().begin(), request.run_ids().end()),
      wanted_keys_(request.keys().begin(), request.keys().end()) {}

Status ColumnReader::Check() const {
  if (run_ids_.size() <= kMaxRuns) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("A call may name {} runs and names {}.", kMaxRuns, run_ids_.size()));
}

StatusOr<bool> ColumnReader::Next(v1::MetricColumns* columns) {
  while (given_ == points_.size()) {
    if (!in_series_) {
      ASSIGN_OR_RETURN(in_series_, NextSeries());
      if (!in_series_) return false;
    }
    RETURN_IF_ERROR(Refill());
  }
  const size_t end = std::min(points_.size(), given_ + kMaxMessagePoints);
  const auto size = static_cast<int>(end - given_);
  columns->Clear();
  columns->set_run_id(run_ids_[next_run_ - 1]);
  columns->add_keys(keys_[next_key_ - 1]);
  columns->add_key_index(0);
  columns->add_key_points(static_cast<uint32_t>(size));
  columns->mutable_value()->Reserve(size);
  columns->mutable_step()->Reserve(size);
  columns->mutable_timestamp_ms()->Reserve(size);
  for (; given_ < end; ++given_) {
    const store::MetricPoint& point = points_[given_];
    columns->mutable_value()->AddAlreadyReserved(point.value);
    columns->mutable_step()->AddAlreadyReserved(point.step);
    columns->mutable_timestamp_ms()->AddAlreadyReserved(point.timestamp_ms);
  }
  return true;
}

StatusOr<bool> ColumnReader::NextSeries() {
  points_.clear();
  given_ = 0;
  while (next_key_ == keys_.size()) {
    if (next_run_ == run_ids_.size()) return false;
    const std::string& run_id = run_ids_[next_run_++];
    next_key_ = 0;
    keys_ = wanted_keys_;
    if (!keys_.empty()) break;
    ASSIGN_OR_RETURN(keys_, database_.Read(call_, [&](db::Transaction& txn) {
      return metrics_.ReadKeys(txn, call_.workspace, run_id);
    }));
  }
  ++next_key_;
  return true;
}

Status ColumnReader::Refill() {
  const bool is_first = points_.empty();
  const store::MetricPoint last = is_first ? store::MetricPoint() : points_.back();
  ASSIGN_OR_RETURN(points_, database_.Read(call_, [&](db::Transaction& txn) {
    return metrics_.ReadSeries(txn, call_.workspace, run_ids_[next_run_ - 1], keys_[next_key_ - 1],
                               is_first ? nullptr : &last, kPortionPoints);
  }));
  given_ = 0;
  in_series_ = !points_.empty();
  return absl::OkStatus();
}

}  // namespace rookery::tracking
