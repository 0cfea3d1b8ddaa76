#include "services/tracking/domain/tail_reader.h"

#include <algorithm>

#include "libs/segment/writer.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/store/run_store.h"
#include "services/tracking/store/segment_store.h"

namespace rookery::tracking {
namespace {

constexpr size_t kMessagePoints = 65'536;
// Segments that are looked at together: of a live run they are small.
constexpr int64_t kSegments = 16;

using Repeated = google::protobuf::RepeatedField<uint32_t>;

// Runs of one number, of the rows [begin, end).
void AddRuns(const std::vector<uint32_t>& numbers, size_t begin, size_t end, Repeated* indexes,
             Repeated* counts) {
  for (size_t row = begin; row < end;) {
    size_t next = row;
    while (next < end && numbers[next] == numbers[row]) ++next;
    indexes->Add(numbers[row]);
    counts->Add(static_cast<uint32_t>(next - row));
    row = next;
  }
}

void Fill(const segment::Points& points, size_t begin, size_t end, v1::MetricColumns* columns) {
  columns->mutable_keys()->Assign(points.keys.begin(), points.keys.end());
  for (size_t i = 1; i < points.origins.size(); ++i) {
    v1::MetricOrigin* origin = columns->add_origins();
    origin->set_model_id(points.origins[i].model_id);
    if (const auto& name = points.origins[i].dataset_name) origin->set_dataset_name(*name);
    if (const auto& digest = points.origins[i].dataset_digest) origin->set_dataset_digest(*digest);
  }
  const segment::Columns& rows = points.columns;
  const auto range = [&](const auto& column, auto* field) {
    field->Assign(column.begin() + static_cast<std::ptrdiff_t>(begin),
                  column.begin() + static_cast<std::ptrdiff_t>(end));
  };
  range(rows.value, columns->mutable_value());
  range(rows.step, columns->mutable_step());
  range(rows.timestamp_ms, columns->mutable_timestamp_ms());
  AddRuns(rows.key, begin, end, columns->mutable_key_index(), columns->mutable_key_points());
  if (points.origins.size() == 1) return;
  AddRuns(rows.origin, begin, end, columns->mutable_origin_index(),
          columns->mutable_origin_points());
}

}  // namespace

Status TailReader::Check() const {
  ASSIGN_OR_RETURN(const auto run, database_.ReadOnce(call_.deadline, [&](db::Transaction& txn) {
    return store::FindRun(txn, call_.workspace, run_id_);
  }));
  return run ? absl::OkStatus() : RunNotFound(run_id_);
}

StatusOr<bool> TailReader::Next(v1::WatchMetricsResponse* response) {
  if (given_ == points_.columns.size()) {
    RETURN_IF_ERROR(Refill());
    if (points_.columns.size() == 0) return false;
  }
  const size_t end = std::min(points_.columns.size(), given_ + kMessagePoints);
  response->Clear();
  response->mutable_metrics()->set_run_id(run_id_);
  Fill(points_, given_, end, response->mutable_metrics());
  given_ = end;
  // Whoever comes back in the middle of a segment gets it again.
  if (given_ == points_.columns.size()) cursor_ = read_to_;
  response->set_cursor(cursor_);
  return true;
}

Status TailReader::Refill() {
  points_ = segment::Points();
  given_ = 0;
  RETURN_IF_ERROR(database_.Read(call_.deadline, [&](db::Transaction& txn) -> Status {
    points_ = segment::Points();
    read_to_ = cursor_;
    ASSIGN_OR_RETURN(
        const store::RunSegments run,
        store::RunSegments::LoadAfter(txn, call_.workspace, run_id_, cursor_, kSegments));
    for (size_t i = 0; i < run.segments().size(); ++i) {
      if (points_.columns.size() >= kMessagePoints) break;
      RETURN_IF_ERROR(run.ReadAll(txn, i, &points_));
      read_to_ = run.segments()[i].segment_no;
    }
    return absl::OkStatus();
  }));
  segment::Sort(&points_);
  return absl::OkStatus();
}

}  // namespace rookery::tracking
