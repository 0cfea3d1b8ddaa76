#include "services/tracking/store/run_search_store.h"

#include <fmt/format.h>

#include <utility>

#include "libs/db/query_text.h"
#include "libs/filter_sql/conditions.h"

namespace rookery::tracking::store {
namespace {

using filter::Column;
using filter::Entity;

// The columns that AsRunRow reads come first.
constexpr int kRunColumns = 9;
constexpr std::string_view kSelect =
    "SELECT r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.start_time_ms,"
    " r.end_time_ms, r.lifecycle_stage,"
    " COALESCE(e.artifact_location, CAST($3 AS TEXT) || r.experiment_id)";
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

// The metrics, params and tags that runs are ordered by.
void AddOrderJoins(const std::vector<filter::OrderKey>& order, db::QueryText* query) {
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i].entity == Entity::kAttribute) continue;
    query->Add(
        " LEFT JOIN {0} {1} ON {1}.workspace_id = $1 AND {1}.run_id = r.run_id AND {1}.key = {2}",
        TableOf(order[i].entity), OrderAlias(i), query->Bind(std::string_view(order[i].key)));
  }
}

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

StatusOr<FoundRuns> FindRuns(db::Transaction& txn, std::string_view workspace,
                             const RunQuery& query, const std::optional<filter::Cursor>& after,
                             int64_t limit) {
  FoundRuns found;
  if (query.experiment_ids.empty()) return found;
  const bool one = query.experiment_ids.size() == 1;
  const filter::Sort sort = SortOf(query);
  db::QueryText text(
      kSelect,
      {workspace, one ? db::Value(query.experiment_ids[0]) : db::Value(&query.experiment_ids),
       std::string_view(query.artifact_root)});
  filter::AddSortColumns(sort, &text);
  text.Add("{}", kFrom);
  AddOrderJoins(query.order, &text);
  // One experiment's runs lie in an index in their usual order; several experiments' do not.
  text.Add(" WHERE r.workspace_id = $1 AND r.experiment_id {}", one ? "= $2" : "@any_int($2)@");
  if (query.stage) text.Add(" AND r.lifecycle_stage = {}", text.Bind(*query.stage));
  for (const filter::Clause& clause : query.clauses) {
    text.Add(" AND ");
    AddCondition(clause, &text);
  }
  if (after) {
    text.Add(" AND ");
    filter::AddAfter(sort, *after, &text);
  }
  filter::AddOrderBy(sort, &text);
  // One row more than asked for tells whether there is a next page.
  text.Add(" LIMIT {}", text.Bind(limit + 1));

  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(text.statement("search_runs"), text.values()));
  found.runs.reserve(rows.size());
  for (const db::Row& row : rows) {
    if (static_cast<int64_t>(found.runs.size()) == limit) {
      found.next = filter::ReadCursor(sort, rows[static_cast<size_t>(limit) - 1], kRunColumns);
      break;
    }
    found.runs.push_back(AsRunRow(row));
  }
  return found;
}

}  // namespace rookery::tracking::store
