#include "services/registry/store/registry_search_store.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "libs/db/query_text.h"
#include "libs/filter_sql/conditions.h"
#include "libs/filter_sql/page.h"
#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

using filter::Column;
using Columns = std::map<std::string_view, Column>;

// What a search is made over: `m` are the models, `v` the versions, `t` the tags of either.
struct Target {
  // Of the statement, for the log.
  std::string_view name;
  // The first of its columns; those of the sort come after them.
  std::string_view select;
  int columns_selected = 0;
  std::string_view from;
  Columns columns;
  filter::Rows tags;
  // That a row belongs to a prompt.
  std::string_view is_prompt;
  // Whether a row is archived, 1 or 0.
  std::string_view archived;
  // That no version of the model has a greater number.
  std::string_view is_newest = "1 = 1";
};

const Target& ModelTarget() {
  static const Target target{
      .name = "search_registered_models",
      .select = "SELECT m.name",
      .columns_selected = 1,
      .from = " FROM registered_models m WHERE m.workspace_id = $1",
      .columns = {{"name", {.sql = "m.name"}},
                  {"last_updated_timestamp",
                   {.sql = "m.last_update_time_ms", .kind = Column::Kind::kInteger}}},
      .tags = {.table = "registered_model_tags t",
               .belongs = "t.workspace_id = m.workspace_id AND t.model_key = m.model_key",
               .key = "t.key"},
      .is_prompt =
          "EXISTS (SELECT 1 FROM registered_model_tags p"
          " WHERE p.workspace_id = m.workspace_id AND p.model_key = m.model_key"
          " AND p.key = 'mlflow.prompt.is_prompt' AND p.value = 'true')",
      .archived = "m.archived",
  };
  return target;
}

const Target& VersionTarget() {
  static const Target target{
      .name = "search_model_versions",
      .select =
          "SELECT m.model_key, m.name, v.version, v.creation_time_ms, v.last_update_time_ms,"
          " v.current_stage, v.description, v.source, v.storage_location, v.run_id,"
          " v.run_link, v.logged_model_id",
      .columns_selected = 12,
      .from =
          " FROM model_versions v JOIN registered_models m"
          " ON m.workspace_id = v.workspace_id AND m.model_key = v.model_key"
          " WHERE v.workspace_id = $1",
      .columns = {{"name", {.sql = "m.name"}},
                  {"run_id", {.sql = "v.run_id"}},
                  {"source_path", {.sql = "v.source"}},
                  {"version_number", {.sql = "v.version", .kind = Column::Kind::kInteger}},
                  {"creation_timestamp",
                   {.sql = "v.creation_time_ms", .kind = Column::Kind::kInteger}},
                  {"last_updated_timestamp",
                   {.sql = "v.last_update_time_ms", .kind = Column::Kind::kInteger}}},
      .tags = {.table = "model_version_tags t",
               .belongs = "t.workspace_id = v.workspace_id AND t.model_key = v.model_key"
                          " AND t.version = v.version",
               .key = "t.key"},
      // One version with the tag makes a prompt of all.
      .is_prompt =
          "EXISTS (SELECT 1 FROM model_version_tags p"
          " WHERE p.workspace_id = v.workspace_id AND p.model_key = v.model_key"
          " AND p.key = 'mlflow.prompt.is_prompt' AND p.value = 'true')",
      .archived = "v.archived",
      .is_newest =
          "v.version = (SELECT max(n.version) FROM model_versions n"
          " WHERE n.workspace_id = v.workspace_id AND n.model_key = v.model_key)",
  };
  return target;
}

filter::Sort SortOf(const Target& target, const std::vector<filter::OrderKey>& order) {
  filter::Sort sort;
  for (const filter::OrderKey& key : order) {
    sort.push_back({.name = fmt::format("{} {}", key.key, key.ascending ? "ASC" : "DESC"),
                    .column = target.columns.at(key.key),
                    .ascending = key.ascending});
  }
  return sort;
}

void AddClause(const Target& target, const filter::Clause& clause, db::QueryText* query) {
  query->Add(" AND ");
  if (clause.entity == filter::Entity::kTag) {
    filter::AddExists(clause, target.tags, {.sql = "t.value"}, query);
  } else {
    query->Add("(");
    filter::AddComparison(clause, target.columns.at(clause.key), query);
    query->Add(")");
  }
}

StatusOr<filter::Page> Run(db::Transaction& txn, std::string_view workspace, const Target& target,
                           const SearchQuery& query, const filter::Sort& sort,
                           const std::optional<filter::Cursor>& after, int64_t limit) {
  db::QueryText text(target.select, {workspace});
  filter::AddSortColumns(sort, &text);
  text.Add("{}", target.from);
  for (const filter::Clause& clause : query.clauses) AddClause(target, clause, &text);
  if (!query.prompts) text.Add(" AND NOT {}", target.is_prompt);
  if (query.archived) text.Add(" AND {} = {}", target.archived, *query.archived ? 1 : 0);
  if (query.newest_only) text.Add(" AND {}", target.is_newest);
  return filter::ReadPage(txn, target.name, sort, after, limit, &text);
}

// Tags of all versions, in one query.
Status AddTags(db::Transaction& txn, std::string_view workspace, const std::vector<db::Row>& rows,
               std::vector<ModelVersionRow>* versions) {
  std::map<std::pair<std::string_view, int64_t>, v1::ModelVersion*> wanted;
  std::set<std::string> keys;
  std::set<int64_t> numbers;
  for (size_t i = 0; i < versions->size(); ++i) {
    const db::Row& row = rows[i];
    ModelVersionRow& version = (*versions)[i];
    wanted[{row.Text(0), version.number}] = &version.version;
    keys.emplace(row.Text(0));
    numbers.insert(version.number);
  }
  if (wanted.empty()) return absl::OkStatus();
  const db::TextList key_list(keys.begin(), keys.end());
  const db::IntList number_list(numbers.begin(), numbers.end());
  ASSIGN_OR_RETURN(const db::Rows tags,
                   txn.Query(sql::kListModelVersionTags, {workspace, &key_list, &number_list}));
  for (const db::Row& row : tags) {
    const auto version = wanted.find({row.Text(0), row.Int(1)});
    if (version == wanted.end()) continue;
    v1::ModelVersionTag* tag = version->second->add_tags();
    tag->set_key(std::string(row.Text(2)));
    tag->set_value(std::string(row.Text(3)));
  }
  return absl::OkStatus();
}

}  // namespace

filter::Sort SortOfModels(const SearchQuery& query) { return SortOf(ModelTarget(), query.order); }
filter::Sort SortOfVersions(const SearchQuery& query) {
  return SortOf(VersionTarget(), query.order);
}

StatusOr<Found<RegisteredModelRow>> FindRegisteredModels(db::Transaction& txn,
                                                         std::string_view workspace,
                                                         const SearchQuery& query,
                                                         const std::optional<filter::Cursor>& after,
                                                         int64_t limit) {
  const filter::Sort sort = SortOfModels(query);
  ASSIGN_OR_RETURN(const filter::Page page,
                   Run(txn, workspace, ModelTarget(), query, sort, after, limit));
  Found<RegisteredModelRow> found;
  found.next = filter::NextOf(page, sort, ModelTarget().columns_selected);
  db::TextList names;
  for (const db::Row& row : page.rows) names.emplace_back(row.Text(0));
  if (names.empty()) return found;
  ASSIGN_OR_RETURN(found.rows, ListRegisteredModels(txn, workspace, names));
  return found;
}

StatusOr<Found<ModelVersionRow>> FindModelVersions(db::Transaction& txn, std::string_view workspace,
                                                   const SearchQuery& query,
                                                   const std::optional<filter::Cursor>& after,
                                                   int64_t limit) {
  const filter::Sort sort = SortOfVersions(query);
  ASSIGN_OR_RETURN(const filter::Page page,
                   Run(txn, workspace, VersionTarget(), query, sort, after, limit));
  Found<ModelVersionRow> found;
  found.next = filter::NextOf(page, sort, VersionTarget().columns_selected);
  for (const db::Row& row : page.rows) {
    found.rows.push_back(ReadVersion(row, 2, std::string(row.Text(1))));
  }
  RETURN_IF_ERROR(AddTags(txn, workspace, page.rows, &found.rows));
  return found;
}

}  // namespace rookery::registry::store
