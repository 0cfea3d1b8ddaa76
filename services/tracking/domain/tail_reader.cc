#include "services/tracking/domain/tail_reader.h"

#include "libs/segment/writer.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/store/run_store.h"
#include "services/tracking/store/segment_store.h"

namespace rookery::tracking {
namespace {

// Segments that are looked at together: of a live run they are small.
constexpr int64_t kSegments = 16;

}  // namespace

Status TailReader::Check() const {
  ASSIGN_OR_RETURN(const auto run, database_.ReadOnce(call_, [&](db::Transaction& txn) {
    return store::FindRun(txn, call_.workspace, run_id_);
  }));
  return run ? absl::OkStatus() : RunNotFound(run_id_);
}

StatusOr<bool> TailReader::Next(v1::WatchMetricsResponse* response) {
  Place next;
  segment::Points points;
  RETURN_IF_ERROR(database_.Read(call_, [&](db::Transaction& txn) {
    next = place_;
    points = segment::Points();
    return Read(txn, &next, &points);
  }));
  place_ = next;
  if (points.columns.size() == 0) return false;
  segment::Sort(&points);
  response->Clear();
  response->mutable_metrics()->set_run_id(run_id_);
  ToColumns(points, 0, points.columns.size(), response->mutable_metrics());
  response->set_cursor(place_.cursor);
  return true;
}

Status TailReader::Read(db::Transaction& txn, Place* next, segment::Points* points) const {
  ASSIGN_OR_RETURN(
      const store::RunSegments run,
      store::RunSegments::LoadAfter(txn, call_.workspace, run_id_, next->cursor, kSegments));
  size_t room = kMaxMessagePoints;
  for (size_t i = 0; i < run.segments().size(); ++i) {
    const store::StoredSegment& stored = run.segments()[i];
    const auto& blocks = stored.directory.blocks();
    // A segment that others were merged into meanwhile begins anew.
    const size_t first = stored.segment_no == next->segment_no ? next->blocks : 0;
    size_t last = first;
    while (last < blocks.size() && blocks[last].points <= room) room -= blocks[last++].points;
    RETURN_IF_ERROR(run.ReadBlocks(txn, i, first, last, points));
    if (last < blocks.size()) {
      next->segment_no = stored.segment_no;
      next->blocks = last;
      break;
    }
    *next = {.cursor = stored.segment_no};
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking
