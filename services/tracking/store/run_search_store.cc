#include "services/tracking/store/run_search_store.h"

#include <fmt/format.h>

#include <utility>

#include "libs/db/query_text.h"
#include "libs/filter_sql/conditions.h"
#include "libs/filter_sql/page.h"
#include "services/tracking/store/of_experiments.h"

namespace rookery::tracking::store {
namespace {

using filter::Column;
using filter::Entity;

// The columns that AsRunRow reads come first.
constexpr int kRunColumns = 11;
constexpr std::string_view kSelect =
    "SELECT r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.start_time_ms,"
    " r.end_time_ms, r.lifecycle_stage,"
    " COALESCE(e.artifact_location, CAST($3 AS TEXT) || r.experiment_id), r.data_version,"
    // PostgreSQL looks for it after the sort, in those runs alone that the page is to have.
    " (SELECT h.last_no FROM metric_heads h"
    " WHERE h.workspace_id = r.workspace_id AND h.run_id = r.run_id)";
constexpr std::string_view kFrom =
    " FROM runs r JOIN experiments e"
    " ON e.workspace_id = r.workspace_id AND e.experiment_id = r.experiment_id";

// MLflow compares a status by its name.
std::string StatusName() {
  std::string sql = "CASE r.status";
  for (int status = v1::RunStatus_MIN; status <= v1::RunStatus_MAX; ++status) {
    if (!v1::RunStatus_IsValid(status)) continue;
    fmt::format_to(std::back_inserter(sql), " WHEN {} THEN '{}'", status,
                   v1::RunStatus_Name(static_cast<v1::RunStatus>(status)));
  }
  return sql + " END";
}

// $3 is the artifact root.
constexpr std::string_view kArtifactUri =
    "(CASE WHEN e.artifact_location IS NULL THEN CAST($3 AS TEXT) || r.experiment_id || '/'"
    " WHEN e.artifact_location LIKE '%/' THEN e.artifact_location"
    " ELSE e.artifact_location || '/' END || r.run_id || '/artifacts')";

Column AttributeColumn(std::string_view key) {
  if (key == "start_time") return {"r.start_time_ms", Column::Kind::kInteger};
  if (key == "end_time") return {"r.end_time_ms", Column::Kind::kInteger};
  if (key == "status") return {StatusName(), Column::Kind::kText};
  if (key == "artifact_uri") return {std::string(kArtifactUri), Column::Kind::kText};
  if (key == "run_name") return {"r.name", Column::Kind::kText};
  if (key == "user_id") return {"r.user_id", Column::Kind::kText};
  return {"r.run_id", Column::Kind::kText};
}

std::string_view TableOf(Entity entity) {
  if (entity == Entity::kMetric) return "latest_metrics";
  return entity == Entity::kParam ? "params" : "run_tags";
}

Column ValueColumn(Entity entity, std::string_view alias) {
  const std::string value = fmt::format("{}.value", alias);
  if (entity == Entity::kMetric) {
    return {value, Column::Kind::kReal, fmt::format("{}.is_nan", alias)};
  }
  return {value, Column::Kind::kText, "", /*begin_is_indexed=*/true};
}

constexpr std::string_view kBelongs = "t.workspace_id = $1 AND t.run_id = r.run_id";

void AddDatasetCondition(const filter::Clause& clause, db::QueryText* query) {
  if (clause.key == "context") {
    filter::AddExists(clause,
                      {.table = "run_dataset_tags t",
                       .belongs = "t.workspace_id = $1 AND t.run_id = r.run_id"
                                  " AND t.key = 'mlflow.data.context'"},
                      {"t.value", Column::Kind::kText}, query);
    return;
  }
  filter::AddExists(clause, {.table = "run_datasets t", .belongs = kBelongs},
                    {fmt::format("t.dataset_{}", clause.key), Column::Kind::kText}, query);
}

void AddCondition(const filter::Clause& clause, db::QueryText* query) {
  if (clause.entity == Entity::kAttribute) {
    filter::AddComparison(clause, AttributeColumn(clause.key), query);
  } else if (clause.entity == Entity::kDataset) {
    AddDatasetCondition(clause, query);
  } else {
    const std::string table = fmt::format("{} t", TableOf(clause.entity));
    filter::AddExists(clause, {.table = table, .belongs = kBelongs, .key = "t.key"},
                      ValueColumn(clause.entity, "t"), query);
  }
}

std::string OrderAlias(size_t index) { return fmt::format("o{}", index); }

std::string TermName(const filter::OrderKey& key) {
  return fmt::format("{}.{} {}", static_cast<int>(key.entity), key.key,
                     key.ascending ? "ASC" : "DESC");
}

// The metrics, params and tags that runs are ordered by, from the key `first` on.
void AddOrderJoins(const std::vector<filter::OrderKey>& order, size_t first, db::QueryText* query) {
  for (size_t i = first; i < order.size(); ++i) {
    if (order[i].entity == Entity::kAttribute) continue;
    query->Add(
        " LEFT JOIN {0} {1} ON {1}.workspace_id = $1 AND {1}.run_id = r.run_id AND {1}.key = {2}",
        TableOf(order[i].entity), OrderAlias(i), query->Bind(std::string_view(order[i].key)));
  }
}

// What a search by a metric finds is found in three parts, one after the other: runs with a number,
// runs with NaN, runs without. Each is short to find in an index, all together are a sort of all
// runs.
enum class Part : int64_t { kNumber, kNaN, kNone, kAll };

bool BeginsWithMetric(const RunQuery& query) {
  return !query.order.empty() && query.order[0].entity == Entity::kMetric;
}

// Joins the metric that comes first in the order.
void AddMetricJoin(Part part, const filter::OrderKey& key, db::QueryText* query) {
  if (part == Part::kNone) return;
  query->Add(
      " JOIN latest_metrics {0} ON {0}.workspace_id = $1 AND {0}.run_id = r.run_id"
      " AND {0}.key = {1} AND {0}.is_nan = {2}",
      OrderAlias(0), query->Bind(std::string_view(key.key)), part == Part::kNaN ? 1 : 0);
}
void AddMetricCondition(Part part, const filter::OrderKey& key, db::QueryText* query) {
  if (part != Part::kNone) return;
  query->Add(" AND NOT EXISTS (SELECT 1 FROM latest_metrics t WHERE {} AND t.key = {})", kBelongs,
             query->Bind(std::string_view(key.key)));
}

// What is left to order within a part.
filter::Sort SortOfPart(Part part, filter::Sort sort) {
  if (part == Part::kAll) return sort;
  if (part != Part::kNumber) {
    sort.erase(sort.begin());
    return sort;
  }
  sort[0].column.is_nan.clear();
  sort[0].nullable = false;
  return sort;
}

// A search, part by part.
class Search {
 public:
  Search(db::Transaction& txn, std::string_view workspace, const RunQuery& query, int64_t limit)
      : txn_(txn), workspace_(workspace), query_(query), limit_(limit), sort_(SortOf(query)) {}

  Status Run(Part part, const std::optional<filter::Cursor>& after) {
    const filter::Sort sort = SortOfPart(part, sort_);
    std::optional<filter::Cursor> place = after;
    if (place && (part == Part::kNaN || part == Part::kNone)) place->erase(place->begin());
    db::QueryText text(kSelect, {workspace_, ExperimentsValue(query_.experiment_ids),
                                 std::string_view(query_.artifact_root)});
    filter::AddSortColumns(sort, &text);
    text.Add("{}", kFrom);
    if (part != Part::kAll) AddMetricJoin(part, query_.order[0], &text);
    AddOrderJoins(query_.order, part == Part::kAll ? 0 : 1, &text);
    text.Add(" WHERE r.workspace_id = $1 AND r.experiment_id {}",
             OfExperiments(query_.experiment_ids));
    if (query_.stage) text.Add(" AND r.lifecycle_stage = {}", text.Bind(*query_.stage));
    if (part != Part::kAll) AddMetricCondition(part, query_.order[0], &text);
    for (const filter::Clause& clause : query_.clauses) {
      text.Add(" AND ");
      AddCondition(clause, &text);
    }
    ASSIGN_OR_RETURN(const filter::Page page,
                     filter::ReadPage(txn_, "search_runs", sort, place, Missing(), &text));
    Take(part, sort, page);
    return absl::OkStatus();
  }

  // Until it is known that runs follow after the page.
  bool IsOpen() const { return !found_.next; }
  FoundRuns Found() && { return std::move(found_); }

 private:
  int64_t Missing() const { return limit_ - static_cast<int64_t>(found_.runs.size()); }

  void Take(Part part, const filter::Sort& sort, const filter::Page& page) {
    for (const db::Row& row : page.rows) found_.runs.push_back(AsRunRow(row));
    if (!page.rows.empty()) {
      last_ = filter::ReadCursor(sort, page.rows.back(), kRunColumns);
      if (part == Part::kNaN || part == Part::kNone) {
        last_.insert(last_.begin(), filter::Place{static_cast<int64_t>(part), {}});
      }
    }
    if (page.more) found_.next = last_;
  }

  db::Transaction& txn_;
  const std::string_view workspace_;
  const RunQuery& query_;
  const int64_t limit_;
  const filter::Sort sort_;
  FoundRuns found_;
  // Of the last run that was found, which may be of an earlier part than the one that follows.
  filter::Cursor last_;
};

}  // namespace

filter::Sort SortOf(const RunQuery& query) {
  filter::Sort sort;
  bool has_start_time = false;
  bool has_run_id = false;
  for (size_t i = 0; i < query.order.size(); ++i) {
    const filter::OrderKey& key = query.order[i];
    const bool is_attribute = key.entity == Entity::kAttribute;
    sort.push_back(
        {TermName(key),
         is_attribute ? AttributeColumn(key.key) : ValueColumn(key.entity, OrderAlias(i)),
         key.ascending,
         /*nullable=*/!is_attribute || key.key == "end_time" || key.key == "status"});
    has_start_time = has_start_time || (is_attribute && key.key == "start_time");
    has_run_id = has_run_id || (is_attribute && key.key == "run_id");
    // Nothing is left to order.
    if (has_run_id) return sort;
  }
  if (!has_start_time) {
    sort.push_back({"start_time DESC", AttributeColumn("start_time"), /*ascending=*/false});
  }
  sort.push_back({"run_id", AttributeColumn("run_id")});
  return sort;
}

bool IsOneQuery(const RunQuery& query, const std::optional<filter::Cursor>& after) {
  return !BeginsWithMetric(query) && (!after || filter::Stretches(SortOf(query)).size() == 1);
}

StatusOr<FoundRuns> FindRuns(db::Transaction& txn, std::string_view workspace,
                             const RunQuery& query, const std::optional<filter::Cursor>& after,
                             int64_t limit) {
  if (query.experiment_ids.empty()) return FoundRuns();
  Search search(txn, workspace, query, limit);
  if (!BeginsWithMetric(query)) {
    RETURN_IF_ERROR(search.Run(Part::kAll, after));
    return std::move(search).Found();
  }
  const int64_t first = after ? after->front().rank : 0;
  for (int64_t part = first; part <= static_cast<int64_t>(Part::kNone) && search.IsOpen(); ++part) {
    RETURN_IF_ERROR(search.Run(static_cast<Part>(part), part == first ? after : std::nullopt));
  }
  return std::move(search).Found();
}

}  // namespace rookery::tracking::store
