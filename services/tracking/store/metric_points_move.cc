#include "services/tracking/store/metric_points_move.h"

#include <spdlog/spdlog.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "services/tracking/store/segment_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

struct Series {
  std::string workspace;
  std::string run_id;
  std::string key;
};

struct Moved {
  // Where they were; absent: there was nothing behind the last.
  std::optional<Series> series;
  int64_t points = 0;
};

// The points of the first series behind `last`.
StatusOr<Moved> MoveNext(db::Transaction& txn, const Series& last) {
  ASSIGN_OR_RETURN(const auto row,
                   txn.QueryOne(sql::kFindOldSeries, {last.workspace, last.run_id, last.key}));
  if (!row) return Moved();
  const Series series{std::string(row->Text(0)), std::string(row->Text(1)),
                      std::string(row->Text(2))};
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kTakeOldPoints, {series.workspace, series.run_id, series.key}));
  Moved moved{series, static_cast<int64_t>(rows.size())};
  // Another process was quicker.
  if (rows.empty()) return moved;
  std::vector<RunPoints> runs(1);
  runs[0].run_id = series.run_id;
  runs[0].points.keys = {series.key};
  for (const db::Row& point : rows) {
    const double value =
        point.Int(1) != 0 ? std::numeric_limits<double>::quiet_NaN() : point.Real(0);
    runs[0].points.columns.Add(0, 0, point.Int(3), point.Int(2), value);
  }
  RETURN_IF_ERROR(InsertSegments(txn, series.workspace, &runs));
  return moved;
}

}  // namespace

StatusOr<int64_t> MovePointsToSegments(db::Database& database) {
  Series last;
  int64_t points = 0;
  for (;;) {
    ASSIGN_OR_RETURN(Moved moved, database.Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return MoveNext(txn, last);
    }));
    if (!moved.series) return points;
    if (points == 0) spdlog::info("bringing the metric points of an older release into segments");
    points += moved.points;
    last = *std::move(moved.series);
  }
}

}  // namespace rookery::tracking::store
