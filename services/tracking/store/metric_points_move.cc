#include "services/tracking/store/metric_points_move.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "services/tracking/store/segment_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

// The points of one key of one run; nothing if there are none any more.
StatusOr<std::optional<int64_t>> MoveNext(db::Transaction& txn) {
  ASSIGN_OR_RETURN(const auto series, txn.QueryOne(sql::kFindOldSeries, {}));
  if (!series) return std::nullopt;
  const std::string workspace(series->Text(0));
  std::vector<RunPoints> runs(1);
  runs[0].run_id = series->Text(1);
  runs[0].points.keys = {std::string(series->Text(2))};
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kTakeOldPoints, {workspace, runs[0].run_id, series->Text(2)}));
  // Another process was quicker.
  if (rows.empty()) return 0;
  for (const db::Row& row : rows) {
    const double value = row.Int(1) != 0 ? std::numeric_limits<double>::quiet_NaN() : row.Real(0);
    runs[0].points.columns.Add(0, 0, row.Int(3), row.Int(2), value);
  }
  RETURN_IF_ERROR(InsertSegments(txn, workspace, &runs));
  return static_cast<int64_t>(rows.size());
}

}  // namespace

StatusOr<int64_t> MovePointsToSegments(db::Database& database) {
  int64_t moved = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const std::optional<int64_t> points,
                     database.Write(absl::InfiniteFuture(), MoveNext));
    if (!points) return moved;
    moved += *points;
  }
}

}  // namespace rookery::tracking::store
