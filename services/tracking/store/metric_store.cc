#include "services/tracking/store/metric_store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "services/tracking/store/merged_points.h"
#include "services/tracking/store/metric_series.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

// What a row of the latest points takes on PostgreSQL, with its entries in two indexes.
constexpr int64_t kBytesOfLatest = 200;

// Rows for latest_metrics and logged_model_metrics: run, key, timestamp, step, value, is_nan.
// SQLite keeps NaN as NULL, so it is a flag beside the value 0, on both databases.
struct PointRows {
  std::vector<std::string> run_ids;
  std::vector<std::string> keys;
  std::vector<int64_t> timestamps;
  std::vector<int64_t> steps;
  std::vector<double> values;
  std::vector<int64_t> nans;

  void Add(const RunPoints& run, size_t row) {
    const segment::Columns& columns = run.points.columns;
    const MetricPoint point = PointAt(columns, row);
    run_ids.push_back(run.run_id);
    keys.push_back(run.points.keys[columns.key[row]]);
    timestamps.push_back(point.timestamp_ms);
    steps.push_back(point.step);
    // SQLite has no negative zero; so that both databases answer the same, neither gets one.
    values.push_back(point.number() + 0.0);
    nans.push_back(point.is_nan() ? 1 : 0);
  }
};

// The greatest point of each key, which is the last: the points are sorted as segments are.
// Returns how many are the latest now.
StatusOr<int64_t> UpsertLatest(db::Transaction& txn, std::string_view workspace,
                               const std::vector<RunPoints>& runs) {
  PointRows rows;
  for (const RunPoints& run : runs) {
    const std::vector<uint32_t>& keys = run.points.columns.key;
    for (size_t row = 0; row < keys.size(); ++row) {
      if (row + 1 == keys.size() || keys[row] != keys[row + 1]) rows.Add(run, row);
    }
  }
  return txn.ExecuteMany(sql::kUpsertLatest, {workspace},
                         {std::move(rows.run_ids), std::move(rows.keys), std::move(rows.timestamps),
                          std::move(rows.steps), std::move(rows.values), std::move(rows.nans)});
}

// In the order of their keys, which no two transactions write in another order.
Status AppendToModels(db::Transaction& txn, std::string_view workspace,
                      const std::vector<RunPoints>& runs) {
  using Place = std::tuple<std::string_view, const RunPoints*, size_t>;
  std::vector<Place> places;
  for (const RunPoints& run : runs) {
    if (run.points.origins.size() < 2) continue;
    const segment::Columns& columns = run.points.columns;
    for (size_t row = 0; row < columns.size(); ++row) {
      if (columns.origin[row] == 0) continue;
      places.emplace_back(run.points.origins[columns.origin[row]].model_id, &run, row);
    }
  }
  if (places.empty()) return absl::OkStatus();
  std::ranges::sort(places);
  PointRows rows;
  std::vector<std::string> models;
  std::vector<std::optional<std::string>> names;
  std::vector<std::optional<std::string>> digests;
  for (const auto& [model_id, run, row] : places) {
    const segment::Origin& origin = run->points.origins[run->points.columns.origin[row]];
    rows.Add(*run, row);
    models.push_back(origin.model_id);
    names.push_back(origin.dataset_name);
    digests.push_back(origin.dataset_digest);
  }
  return txn
      .ExecuteMany(sql::kInsertModelPoints, {workspace},
                   {std::move(rows.run_ids), std::move(rows.keys), std::move(rows.timestamps),
                    std::move(rows.steps), std::move(rows.values), std::move(rows.nans),
                    std::move(models), std::move(names), std::move(digests)})
      .status();
}

void AddPoint(const MetricPoint& point, std::string_view key, Metrics* points) {
  v1::Metric* metric = points->Add();
  metric->mutable_key()->assign(key.data(), key.size());
  // MLflow knows no negative zero, and a search by the latest value neither.
  metric->set_value(point.value + 0.0);
  metric->set_timestamp(point.timestamp_ms);
  metric->set_step(point.step);
}

// Reads the columns key, value, is_nan, timestamp_ms, step.
v1::Metric* AddPoint(const db::Row& row, Metrics* points) {
  v1::Metric* point = points->Add();
  point->set_key(std::string(row.Text(0)));
  point->set_value(row.Int(2) != 0 ? std::numeric_limits<double>::quiet_NaN() : row.Real(1));
  point->set_timestamp(row.Int(3));
  point->set_step(row.Int(4));
  return point;
}

}  // namespace

StatusOr<int64_t> MetricStore::Append(db::Transaction& txn, std::string_view workspace,
                                      std::vector<RunPoints>* runs) const {
  std::erase_if(*runs, [](const RunPoints& run) { return run.points.columns.size() == 0; });
  if (runs->empty()) return 0;
  RETURN_IF_ERROR(InsertSegments(txn, workspace, runs));
  ASSIGN_OR_RETURN(const int64_t latest, UpsertLatest(txn, workspace, *runs));
  RETURN_IF_ERROR(AppendToModels(txn, workspace, *runs));
  return latest * kBytesOfLatest;
}

Status MetricStore::ReadLatestOfRuns(db::Transaction& txn, std::string_view workspace,
                                     const db::TextList& run_ids,
                                     absl::FunctionRef<Metrics*(std::string_view)> list) const {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListLatestOfRuns, {workspace, &run_ids}));
  for (const db::Row& row : rows) AddPoint(row, list(row.Text(5)));
  return absl::OkStatus();
}

StatusOr<std::optional<MetricCursor>> MetricStore::ReadHistory(
    db::Transaction& txn, std::string_view workspace, std::string_view run_id, std::string_view key,
    const MetricCursor& after, int64_t limit, Metrics* history) const {
  std::optional<MetricCursor> next;
  ASSIGN_OR_RETURN(const auto runs, RunSegments::Load(txn, workspace, {std::string(run_id)}));
  if (runs.empty()) return next;
  const MetricPoint last{after.timestamp_ms, after.step,
                         after.is_nan ? std::numeric_limits<double>::quiet_NaN() : after.value};
  // One point more than asked for tells whether there is a next page.
  ASSIGN_OR_RETURN(std::vector<MetricPoint> points,
                   FirstPoints(txn, runs.begin()->second, key,
                               after.timestamp_ms < 0 ? nullptr : &last, limit + 1));
  if (std::ssize(points) > limit) {
    points.pop_back();
    const MetricPoint& end = points.back();
    next = MetricCursor{end.timestamp_ms, end.step, end.is_nan(), end.number() + 0.0};
  }
  history->Reserve(history->size() + static_cast<int>(points.size()));
  for (const MetricPoint& point : points) AddPoint(point, key, history);
  return next;
}

StatusOr<Metrics> MetricStore::ReadHistories(db::Transaction& txn, std::string_view workspace,
                                             const db::TextList& run_ids, std::string_view key,
                                             int64_t limit) const {
  ASSIGN_OR_RETURN(const auto runs, RunSegments::Load(txn, workspace, run_ids));
  Metrics histories;
  for (const auto& [run_id, segments] : runs) {
    if (histories.size() >= limit) break;
    ASSIGN_OR_RETURN(const std::vector<MetricPoint> points,
                     FirstPoints(txn, segments, key, nullptr, limit - histories.size()));
    for (const MetricPoint& point : points) {
      AddPoint(point, key, &histories);
      histories[histories.size() - 1].set_run_id(run_id);
    }
  }
  return histories;
}

StatusOr<std::map<std::string, Metrics>> MetricStore::ReadSamples(db::Transaction& txn,
                                                                  std::string_view workspace,
                                                                  const Series& series,
                                                                  Sampler sampler) const {
  ASSIGN_OR_RETURN(const auto runs, RunSegments::Load(txn, workspace, series.run_ids));
  std::map<std::string, Metrics> samples;
  for (const auto& [run_id, segments] : runs) {
    ASSIGN_OR_RETURN(
        const StepSeries points,
        StepSeries::Open(txn, segments, series.key, series.first_step, series.last_step));
    if (points.size() == 0) continue;
    ASSIGN_OR_RETURN(const std::vector<MetricPoint> sample, points.At(txn, sampler(points.size())));
    Metrics& metrics = samples[run_id];
    for (const MetricPoint& point : sample) {
      AddPoint(point, series.key, &metrics);
      metrics[metrics.size() - 1].set_run_id(run_id);
    }
  }
  return samples;
}

Status MetricStore::ReadColumns(db::Transaction& txn, std::string_view workspace,
                                const std::string& run_id, const std::vector<std::string>& keys,
                                const ColumnPlace* after, int64_t about,
                                segment::Points* points) const {
  points->Clear();
  ASSIGN_OR_RETURN(const auto runs, RunSegments::Load(txn, workspace, {run_id}));
  if (runs.empty()) return absl::OkStatus();
  MergedPoints merged(txn, runs.begin()->second);
  const auto limit = static_cast<size_t>(about);
  const auto fill = [&]() -> Status {
    for (size_t before = points->columns.size(); before < limit; before = points->columns.size()) {
      RETURN_IF_ERROR(merged.Next(limit - before, points));
      if (points->columns.size() == before) break;
    }
    return absl::OkStatus();
  };
  const std::string_view begin = after != nullptr ? std::string_view(after->key) : "";
  if (keys.empty()) {
    RETURN_IF_ERROR(merged.SeekFrom(begin, after != nullptr ? &after->point : nullptr));
    return fill();
  }
  for (auto key = std::ranges::lower_bound(keys, begin);
       key != keys.end() && points->columns.size() < limit; ++key) {
    const bool goes_on = after != nullptr && *key == after->key;
    RETURN_IF_ERROR(merged.SeekIn(*key, goes_on ? &after->point : nullptr));
    RETURN_IF_ERROR(fill());
  }
  return absl::OkStatus();
}

StatusOr<std::map<std::string, Metrics>> MetricStore::ReadModelMetrics(
    db::Transaction& txn, std::string_view workspace, const db::TextList& model_ids) const {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListModelPoints, {workspace, &model_ids}));
  std::map<std::string, Metrics> metrics;
  for (const db::Row& row : rows) {
    std::string model_id(row.Text(8));
    v1::Metric* point = AddPoint(row, &metrics[model_id]);
    point->set_model_id(std::move(model_id));
    point->set_run_id(std::string(row.Text(5)));
    if (!row.IsNull(6)) point->set_dataset_name(std::string(row.Text(6)));
    if (!row.IsNull(7)) point->set_dataset_digest(std::string(row.Text(7)));
  }
  return metrics;
}

}  // namespace rookery::tracking::store
