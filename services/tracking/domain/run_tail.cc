#include "services/tracking/domain/run_tail.h"

#include <absl/cleanup/cleanup.h>

#include "libs/segment/writer.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/store/run_store.h"
#include "services/tracking/store/segment_store.h"

namespace rookery::tracking {
namespace {

// Segments that are looked at together: of a live run they are small.
constexpr int64_t kSegments = 16;
// A portion of more is for who catches up, mostly alone, and is not kept for others.
constexpr int kKeptPoints = 4096;

}  // namespace

Status RunTail::Check(const db::Patience& patience) const {
  ASSIGN_OR_RETURN(const auto run, database_.ReadOnce(patience, [&](db::Transaction& txn) {
    return store::FindRun(txn, workspace_, run_id_);
  }));
  return run ? absl::OkStatus() : RunNotFound(run_id_);
}

StatusOr<std::shared_ptr<const TailPortion>> RunTail::After(const db::Patience& patience,
                                                            const TailPlace& place) {
  std::shared_ptr<Look> look;
  {
    std::unique_lock lock(mutex_);
    if (IsKeptLocked(place)) return kept_->portion;
    if (look_ == nullptr) {
      look = look_ = std::make_shared<Look>(Look{.place = place});
    } else if (look_->place == place) {
      const std::shared_ptr<const Look> anothers = look_;
      has_looked_.wait(lock, [&] { return anothers->has_ended; });
      if (anothers->portion != nullptr) return anothers->portion;
      // Whose caller may have gone.
    }
  }
  if (look == nullptr) return Read(patience, place);
  const absl::Cleanup end = [&] {
    const std::lock_guard lock(mutex_);
    look->has_ended = true;
    look_.reset();
    if (look->portion != nullptr && look->portion->message.metrics().value_size() <= kKeptPoints) {
      kept_ = look;
    }
    has_looked_.notify_all();
  };
  ASSIGN_OR_RETURN(look->portion, Read(patience, place));
  return look->portion;
}

bool RunTail::IsKeptLocked(const TailPlace& place) const {
  if (kept_ == nullptr || kept_->place != place) return false;
  // Points stay what is next; that there are none does not.
  return kept_->portion->has_points() || kept_->portion->as_of == news_;
}

StatusOr<std::shared_ptr<const TailPortion>> RunTail::Read(const db::Patience& patience,
                                                           const TailPlace& place) const {
  auto portion = std::make_shared<TailPortion>();
  segment::Points points;
  const int64_t news = news_;
  RETURN_IF_ERROR(database_.Read(patience, [&](db::Transaction& txn) {
    *portion = TailPortion{.as_of = news};
    points = segment::Points();
    return ReadPoints(txn, place, portion.get(), &points);
  }));
  portion->message.set_cursor(portion->end.cursor);
  if (points.columns.size() == 0) return portion;
  segment::Sort(&points);
  portion->message.mutable_metrics()->set_run_id(run_id_);
  ToColumns(points, 0, points.columns.size(), portion->message.mutable_metrics());
  return portion;
}

Status RunTail::ReadPoints(db::Transaction& txn, const TailPlace& place, TailPortion* portion,
                           segment::Points* points) const {
  ASSIGN_OR_RETURN(
      const store::RunSegments run,
      store::RunSegments::LoadAfter(txn, workspace_, run_id_, place.cursor, kSegments));
  portion->end = place;
  portion->is_last = std::ssize(run.segments()) < kSegments;
  size_t room = kMaxMessagePoints;
  for (size_t i = 0; i < run.segments().size(); ++i) {
    const store::StoredSegment& stored = run.segments()[i];
    const auto& blocks = stored.directory.blocks();
    // A segment that others were merged into meanwhile begins anew.
    const size_t first = stored.segment_no == place.segment_no ? place.blocks : 0;
    size_t last = first;
    while (last < blocks.size() && blocks[last].points <= room) room -= blocks[last++].points;
    RETURN_IF_ERROR(run.ReadBlocks(txn, i, first, last, points));
    if (last < blocks.size()) {
      portion->end.segment_no = stored.segment_no;
      portion->end.blocks = last;
      portion->is_last = false;
      break;
    }
    portion->end = {.cursor = stored.segment_no};
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking
