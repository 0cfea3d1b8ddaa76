#include "services/tracking/store/metric_store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

// SQLite keeps NaN as NULL, so it is a flag beside the value 0, on both databases.
double StoredValue(const v1::Metric& point) {
  // SQLite has no negative zero; so that both databases answer the same, neither gets one.
  return std::isnan(point.value()) ? 0 : point.value() + 0.0;
}

auto HistoryOrder(const v1::Metric* point) {
  return std::make_tuple(std::string_view(point->key()), point->timestamp(), point->step(),
                         std::isnan(point->value()), StoredValue(*point));
}

auto LatestOrder(const v1::Metric* point) {
  return std::make_tuple(point->step(), point->timestamp(), StoredValue(*point));
}

db::Columns PointColumns(const std::vector<const v1::Metric*>& points) {
  std::vector<std::string> keys;
  std::vector<int64_t> timestamps;
  std::vector<int64_t> steps;
  std::vector<double> values;
  std::vector<int64_t> nans;
  for (const v1::Metric* point : points) {
    keys.push_back(point->key());
    timestamps.push_back(point->timestamp());
    steps.push_back(point->step());
    values.push_back(StoredValue(*point));
    nans.push_back(std::isnan(point->value()) ? 1 : 0);
  }
  return {std::move(keys), std::move(timestamps), std::move(steps), std::move(values),
          std::move(nans)};
}

// One upsert may touch a row only once, so the batch's own latest are found here.
std::vector<const v1::Metric*> LatestOf(const std::vector<const v1::Metric*>& points) {
  std::map<std::string_view, const v1::Metric*> latest;
  for (const v1::Metric* point : points) {
    const v1::Metric*& kept = latest[point->key()];
    if (kept == nullptr || LatestOrder(kept) < LatestOrder(point)) kept = point;
  }
  std::vector<const v1::Metric*> result;
  result.reserve(latest.size());
  for (const auto& [key, point] : latest) result.push_back(point);
  return result;
}

Status AppendToModels(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                      std::vector<const v1::Metric*> points) {
  std::erase_if(points, [](const v1::Metric* point) { return point->model_id().empty(); });
  if (points.empty()) return absl::OkStatus();
  std::stable_sort(points.begin(), points.end(),
                   [](const auto* a, const auto* b) { return a->model_id() < b->model_id(); });
  std::vector<std::string> models;
  std::vector<std::optional<std::string>> names;
  std::vector<std::optional<std::string>> digests;
  for (const v1::Metric* point : points) {
    models.push_back(point->model_id());
    names.push_back(point->has_dataset_name() ? std::optional(point->dataset_name())
                                              : std::nullopt);
    digests.push_back(point->has_dataset_digest() ? std::optional(point->dataset_digest())
                                                  : std::nullopt);
  }
  db::Columns columns = PointColumns(points);
  columns.insert(columns.begin(), std::move(models));
  columns.emplace_back(std::move(names));
  columns.emplace_back(std::move(digests));
  return txn.ExecuteMany(sql::kInsertModelPoints, {workspace, run_id}, columns).status();
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

Status MetricStore::Append(db::Transaction& txn, std::string_view workspace,
                           std::string_view run_id, const Metrics& points) const {
  std::vector<const v1::Metric*> sorted;
  sorted.reserve(points.size());
  for (const v1::Metric& point : points) sorted.push_back(&point);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return HistoryOrder(a) < HistoryOrder(b); });
  RETURN_IF_ERROR(txn.ExecuteMany(sql::kInsertPoints, {workspace, run_id}, PointColumns(sorted)));
  RETURN_IF_ERROR(
      txn.ExecuteMany(sql::kUpsertLatest, {workspace, run_id}, PointColumns(LatestOf(sorted))));
  return AppendToModels(txn, workspace, run_id, std::move(sorted));
}

Status MetricStore::ReadLatest(db::Transaction& txn, std::string_view workspace,
                               std::string_view run_id, Metrics* points) const {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListLatest, {workspace, run_id}));
  for (const db::Row& row : rows) AddPoint(row, points);
  return absl::OkStatus();
}

Status MetricStore::ReadLatestOfRuns(db::Transaction& txn, std::string_view workspace,
                                     const db::TextList& run_ids,
                                     absl::FunctionRef<Metrics*(std::string_view)> list) const {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListLatestOfRuns, {workspace, &run_ids}));
  for (const db::Row& row : rows) AddPoint(row, list(row.Text(5)));
  return absl::OkStatus();
}

StatusOr<MetricPage> MetricStore::ReadHistory(db::Transaction& txn, std::string_view workspace,
                                              std::string_view run_id, std::string_view key,
                                              const MetricCursor& after, int64_t limit) const {
  // One row more than asked for tells whether there is a next page.
  ASSIGN_OR_RETURN(
      const db::Rows rows,
      txn.Query(sql::kListPoints, {workspace, run_id, key, after.timestamp_ms, after.step,
                                   static_cast<int64_t>(after.is_nan), after.value, limit + 1}));
  MetricPage page;
  for (const db::Row& row : rows) {
    if (page.points.size() == limit) {
      const v1::Metric& last = page.points[static_cast<int>(limit) - 1];
      page.next =
          MetricCursor{last.timestamp(), last.step(), std::isnan(last.value()), StoredValue(last)};
      break;
    }
    AddPoint(row, &page.points);
  }
  return page;
}

StatusOr<Metrics> MetricStore::ReadHistories(db::Transaction& txn, std::string_view workspace,
                                             const db::TextList& run_ids, std::string_view key,
                                             int64_t limit) const {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kListHistories, {workspace, &run_ids, key, limit}));
  Metrics points;
  for (const db::Row& row : rows) AddPoint(row, &points)->set_run_id(std::string(row.Text(5)));
  return points;
}

StatusOr<std::map<std::string, Metrics>> MetricStore::ReadSamples(db::Transaction& txn,
                                                                  std::string_view workspace,
                                                                  const Series& series,
                                                                  Sampler sampler) const {
  ASSIGN_OR_RETURN(const db::Rows counts,
                   txn.Query(sql::kCountPoints, {workspace, &series.run_ids, series.key,
                                                 series.first_step, series.last_step}));
  // Runs of one length, which those of one training script are, need one query together.
  std::map<std::vector<int64_t>, db::TextList> runs_of_numbers;
  for (const db::Row& row : counts) {
    runs_of_numbers[sampler(row.Int(1))].emplace_back(row.Text(0));
  }
  std::map<std::string, Metrics> samples;
  for (const auto& [numbers, run_ids] : runs_of_numbers) {
    ASSIGN_OR_RETURN(
        const db::Rows rows,
        txn.Query(sql::kListPointsAt, {workspace, &run_ids, series.key, series.first_step,
                                       series.last_step, &numbers}));
    for (const db::Row& row : rows) {
      std::string run_id(row.Text(5));
      v1::Metric* point = AddPoint(row, &samples[run_id]);
      point->set_run_id(std::move(run_id));
    }
  }
  return samples;
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
