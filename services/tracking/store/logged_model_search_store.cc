#include "services/tracking/store/logged_model_search_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <utility>

#include "libs/db/query_text.h"
#include "libs/filter_sql/conditions.h"
#include "libs/filter_sql/page.h"
#include "services/tracking/store/of_experiments.h"

namespace rookery::tracking::store {
namespace {

using filter::Column;
using filter::Entity;

// Status is a number in the table and its word in a filter.
constexpr char kStatusWord[] =
    "CASE m.status WHEN 1 THEN 'PENDING' WHEN 2 THEN 'READY' WHEN 3 THEN 'UPLOAD_FAILED' END";

const std::map<std::string_view, Column>& Attributes() {
  using Kind = Column::Kind;
  static const std::map<std::string_view, Column> columns{
      {"model_id", {.sql = "m.model_id"}},
      {"name", {.sql = "m.name"}},
      {"model_type", {.sql = "m.model_type"}},
      {"source_run_id", {.sql = "m.source_run_id"}},
      {"creation_timestamp", {.sql = "m.creation_time_ms", .kind = Kind::kInteger}},
      {"last_updated_timestamp", {.sql = "m.last_update_time_ms", .kind = Kind::kInteger}},
  };
  return columns;
}

Column FilterColumn(std::string_view key) {
  if (key == "status") return {.sql = kStatusWord};
  if (key == "experiment_id") return {.sql = "CAST(m.experiment_id AS TEXT)"};
  return Attributes().at(key);
}

Column OrderColumn(std::string_view key) {
  if (key == "status") return {.sql = "m.status", .kind = Column::Kind::kInteger};
  if (key == "experiment_id") return {.sql = "m.experiment_id", .kind = Column::Kind::kInteger};
  return Attributes().at(key);
}

// The condition that a point was measured on one of the datasets; empty if any will do.
std::string OnDatasets(const std::vector<MeasuredOn>& datasets, std::string_view points,
                       db::QueryText* query) {
  std::vector<std::string> alternatives;
  for (const MeasuredOn& dataset : datasets) {
    const std::string name = query->Bind(std::string_view(dataset.name));
    const std::string digest = dataset.digest.empty()
                                   ? fmt::format("{}.dataset_digest IS NULL", points)
                                   : fmt::format("{}.dataset_digest = {}", points,
                                                 query->Bind(std::string_view(dataset.digest)));
    alternatives.push_back(fmt::format("({}.dataset_name = {} AND {})", points, name, digest));
  }
  return alternatives.empty() ? "" : fmt::format(" AND ({})", fmt::join(alternatives, " OR "));
}

void AddClauses(const LoggedModelQuery& search, db::QueryText* query) {
  constexpr std::string_view kOfModel =
      "t.workspace_id = m.workspace_id AND t.model_id = m.model_id";
  bool asks_for_metric = false;
  for (const filter::Clause& clause : search.clauses) {
    query->Add(" AND ");
    switch (clause.entity) {
      case Entity::kMetric: {
        asks_for_metric = true;
        const std::string belongs =
            fmt::format("{}{}", kOfModel, OnDatasets(search.datasets, "t", query));
        filter::AddExists(
            clause, {.table = "logged_model_metrics t", .belongs = belongs, .key = "t.key"},
            {.sql = "t.value", .kind = Column::Kind::kReal, .is_nan = "t.is_nan"}, query);
        break;
      }
      case Entity::kParam:
        filter::AddExists(clause,
                          {.table = "logged_model_params t", .belongs = kOfModel, .key = "t.key"},
                          {.sql = "t.value"}, query);
        break;
      case Entity::kTag:
        filter::AddExists(clause,
                          {.table = "logged_model_tags t", .belongs = kOfModel, .key = "t.key"},
                          {.sql = "t.value"}, query);
        break;
      default:
        query->Add("(");
        filter::AddComparison(clause, FilterColumn(clause.key), query);
        query->Add(")");
    }
  }
  if (!search.datasets.empty() && !asks_for_metric) {
    query->Add(" AND EXISTS (SELECT 1 FROM logged_model_metrics t WHERE {}{})", kOfModel,
               OnDatasets(search.datasets, "t", query));
  }
}

std::string TermName(const LoggedModelOrder& order) {
  const bool is_metric = order.key.entity == Entity::kMetric;
  return fmt::format("{}{}{}{}", is_metric ? "metrics." : "", order.key.key,
                     order.dataset.name.empty() && order.dataset.digest.empty()
                         ? ""
                         : fmt::format(" on {} {}", order.dataset.name, order.dataset.digest),
                     order.key.ascending ? "" : " DESC");
}

// Joins, for each metric that is ordered by, the latest points of the experiments' models, one row
// a model, under the alias `o<index>` that SortOf names.
void AddJoins(const LoggedModelQuery& search, db::QueryText* query) {
  for (size_t i = 0; i < search.order.size(); ++i) {
    const LoggedModelOrder& order = search.order[i];
    if (order.key.entity != Entity::kMetric) continue;
    query->Add(
        " LEFT JOIN (SELECT p.model_id, p.value, p.is_nan, row_number() OVER"
        " (PARTITION BY p.model_id ORDER BY p.timestamp_ms DESC, p.step DESC, p.run_id) AS number"
        " FROM logged_model_metrics p WHERE p.workspace_id = $1 AND p.key = {}"
        " AND p.model_id IN (SELECT model_id FROM logged_models"
        " WHERE workspace_id = $1 AND experiment_id {})",
        query->Bind(std::string_view(order.key.key)), OfExperiments(search.experiment_ids));
    if (!order.dataset.name.empty()) {
      query->Add(" AND p.dataset_name = {}", query->Bind(std::string_view(order.dataset.name)));
    }
    if (!order.dataset.digest.empty()) {
      query->Add(" AND p.dataset_digest = {}", query->Bind(std::string_view(order.dataset.digest)));
    }
    query->Add(") o{0} ON o{0}.model_id = m.model_id AND o{0}.number = 1", i);
  }
}

}  // namespace

filter::Sort SortOf(const LoggedModelQuery& query) {
  filter::Sort sort;
  for (size_t i = 0; i < query.order.size(); ++i) {
    const LoggedModelOrder& order = query.order[i];
    filter::SortTerm term{.name = TermName(order), .ascending = order.key.ascending};
    if (order.key.entity == Entity::kMetric) {
      term.column = {.sql = fmt::format("o{}.value", i),
                     .kind = Column::Kind::kReal,
                     .is_nan = fmt::format("o{}.is_nan", i)};
      term.nullable = true;
    } else {
      term.column = OrderColumn(order.key.key);
    }
    sort.push_back(std::move(term));
  }
  return sort;
}

StatusOr<FoundLoggedModels> FindLoggedModels(db::Transaction& txn, std::string_view workspace,
                                             const LoggedModelQuery& query,
                                             const std::optional<filter::Cursor>& after,
                                             int64_t limit) {
  const filter::Sort sort = SortOf(query);
  db::QueryText text(kLoggedModelColumns, {workspace, ExperimentsValue(query.experiment_ids)});
  filter::AddSortColumns(sort, &text);
  text.Add(
      " FROM logged_models m JOIN experiments e"
      " ON e.workspace_id = m.workspace_id AND e.experiment_id = m.experiment_id");
  AddJoins(query, &text);
  text.Add(" WHERE m.workspace_id = $1 AND m.experiment_id {} AND m.lifecycle_stage = 'active'",
           OfExperiments(query.experiment_ids));
  AddClauses(query, &text);
  ASSIGN_OR_RETURN(const filter::Page page,
                   filter::ReadPage(txn, "search_logged_models", sort, after, limit, &text));
  FoundLoggedModels found;
  found.next = filter::NextOf(page, sort, kLoggedModelColumnCount);
  for (const db::Row& row : page.rows) found.rows.push_back(ReadLoggedModel(row));
  RETURN_IF_ERROR(AddTagsAndParams(txn, workspace, &found.rows));
  return found;
}

}  // namespace rookery::tracking::store
