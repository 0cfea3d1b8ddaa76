#include "services/tracking/store/experiment_search_store.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <utility>

#include "libs/db/query_text.h"
#include "libs/filter_sql/conditions.h"
#include "libs/filter_sql/page.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

using filter::Column;

// The columns that AsExperiment reads come first.
constexpr int kExperimentColumns = 6;
constexpr std::string_view kSelect =
    "SELECT e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time_ms,"
    " e.last_update_time_ms";

Column AttributeColumn(std::string_view key) {
  if (key == "creation_time") return {"e.creation_time_ms", Column::Kind::kInteger};
  if (key == "last_update_time") return {"e.last_update_time_ms", Column::Kind::kInteger};
  return {"e.name", Column::Kind::kText};
}

Column FilterColumn(std::string_view key) {
  if (key != "experiment_id") return AttributeColumn(key);
  return {"CAST(e.experiment_id AS TEXT)", Column::Kind::kText};
}

Column OrderColumn(std::string_view key) {
  if (key != "experiment_id") return AttributeColumn(key);
  return {"e.experiment_id", Column::Kind::kInteger};
}

void AddCondition(const filter::Clause& clause, db::QueryText* query) {
  if (clause.entity == filter::Entity::kAttribute) {
    filter::AddComparison(clause, FilterColumn(clause.key), query);
    return;
  }
  filter::AddExists(clause,
                    {.table = "experiment_tags t",
                     .belongs = "t.workspace_id = $1 AND t.experiment_id = e.experiment_id",
                     .key = "t.key"},
                    {"t.value", Column::Kind::kText}, query);
}

Status ReadTags(db::Transaction& txn, std::string_view workspace,
                std::vector<v1::Experiment>* experiments) {
  absl::flat_hash_map<int64_t, v1::Experiment*> by_id;
  db::IntList ids;
  for (v1::Experiment& experiment : *experiments) {
    ids.push_back(std::stoll(experiment.experiment_id()));
    by_id.emplace(ids.back(), &experiment);
  }
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListTagsOfExperiments, {workspace, &ids}));
  for (const db::Row& row : rows) {
    v1::ExperimentTag* tag = by_id.at(row.Int(0))->add_tags();
    tag->set_key(std::string(row.Text(1)));
    tag->set_value(std::string(row.Text(2)));
  }
  return absl::OkStatus();
}

}  // namespace

filter::Sort SortOf(const ExperimentQuery& query) {
  filter::Sort sort;
  for (const filter::OrderKey& key : query.order) {
    sort.push_back({fmt::format("{} {}", key.key, key.ascending ? "ASC" : "DESC"),
                    OrderColumn(key.key), key.ascending});
  }
  return sort;
}

StatusOr<FoundExperiments> FindExperiments(db::Transaction& txn, std::string_view workspace,
                                           const ExperimentQuery& query,
                                           const std::optional<filter::Cursor>& after,
                                           int64_t limit) {
  const filter::Sort sort = SortOf(query);
  db::QueryText text(kSelect, {workspace});
  filter::AddSortColumns(sort, &text);
  text.Add(" FROM experiments e WHERE e.workspace_id = $1");
  if (query.stage) text.Add(" AND e.lifecycle_stage = {}", text.Bind(*query.stage));
  for (const filter::Clause& clause : query.clauses) {
    text.Add(" AND ");
    AddCondition(clause, &text);
  }
  ASSIGN_OR_RETURN(const filter::Page page,
                   filter::ReadPage(txn, "search_experiments", sort, after, limit, &text));
  FoundExperiments found;
  found.next = filter::NextOf(page, sort, kExperimentColumns);
  for (const db::Row& row : page.rows) found.experiments.push_back(AsExperiment(row, workspace));
  RETURN_IF_ERROR(ReadTags(txn, workspace, &found.experiments));
  return found;
}

}  // namespace rookery::tracking::store
