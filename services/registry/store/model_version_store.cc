#include "services/registry/store/model_version_store.h"

#include <map>

#include "libs/db/key_values.h"
#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

ModelVersionRow ReadVersion(const db::Row& row, const std::string& name) {
  ModelVersionRow found;
  found.number = row.Int(0);
  v1::ModelVersion& version = found.version;
  version.set_name(name);
  version.set_version(std::to_string(found.number));
  version.set_current_stage(std::string(row.Text(1)));
  if (!row.IsNull(2)) version.set_description(std::string(row.Text(2)));
  version.set_source(std::string(row.Text(3)));
  found.storage_location = row.Text(4);
  version.set_run_id(std::string(row.Text(5)));
  version.set_run_link(std::string(row.Text(6)));
  found.logged_model_id = row.Text(7);
  version.set_creation_timestamp(row.Int(8));
  version.set_last_updated_timestamp(row.Int(9));
  // There is nothing to wait for: the files lie where the source says.
  version.set_status(v1::READY);
  return found;
}

Status AddTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
               std::vector<ModelVersionRow>* versions) {
  std::map<int64_t, v1::ModelVersion*> by_number;
  db::IntList numbers;
  for (ModelVersionRow& row : *versions) {
    numbers.push_back(row.number);
    by_number[row.number] = &row.version;
  }
  ASSIGN_OR_RETURN(const db::Rows tags,
                   txn.Query(sql::kListModelVersionTags, {workspace, key, &numbers}));
  for (const db::Row& row : tags) {
    v1::ModelVersionTag* tag = by_number[row.Int(2)]->add_tags();
    tag->set_key(std::string(row.Text(0)));
    tag->set_value(std::string(row.Text(1)));
  }
  return absl::OkStatus();
}

}  // namespace

Status InsertModelVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          const NewModelVersion& version) {
  return txn
      .Execute(sql::kInsertModelVersion,
               {workspace, key, version.number, version.stage, version.description, version.source,
                version.storage_location, version.run_id, version.run_link, version.logged_model_id,
                version.now_ms})
      .status();
}

StatusOr<std::optional<ModelVersionRow>> FindModelVersion(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          std::string_view key,
                                                          const std::string& name, int64_t number) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetModelVersion, {workspace, key, number}));
  if (!row) return std::nullopt;
  std::vector<ModelVersionRow> found = {ReadVersion(*row, name)};
  RETURN_IF_ERROR(AddTags(txn, workspace, key, &found));
  ASSIGN_OR_RETURN(const db::Rows aliases, txn.Query(sql::kListAliases, {workspace, key}));
  for (const db::Row& alias : aliases) {
    if (alias.Int(1) == number) found[0].version.add_aliases(std::string(alias.Text(0)));
  }
  return std::move(found[0]);
}

StatusOr<std::vector<ModelVersionRow>> LatestModelVersions(db::Transaction& txn,
                                                           std::string_view workspace,
                                                           std::string_view key,
                                                           const std::string& name) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kLatestModelVersions, {workspace, key}));
  std::vector<ModelVersionRow> found;
  for (const db::Row& row : rows) found.push_back(ReadVersion(row, name));
  if (!found.empty()) RETURN_IF_ERROR(AddTags(txn, workspace, key, &found));
  return found;
}

StatusOr<std::optional<int64_t>> NewestVersion(db::Transaction& txn, std::string_view workspace,
                                               std::string_view key) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kNewestVersion, {workspace, key}));
  return row ? row->OptionalInt(0) : std::nullopt;
}

StatusOr<bool> HasModelVersion(db::Transaction& txn, std::string_view workspace,
                               std::string_view key, int64_t number) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kHasModelVersion, {workspace, key, number}));
  return row.has_value();
}

Status SetModelVersionDescription(db::Transaction& txn, std::string_view workspace,
                                  std::string_view key, int64_t number,
                                  const std::optional<std::string>& description, int64_t now_ms) {
  return txn
      .Execute(sql::kSetModelVersionDescription,
               {workspace, key, number, db::OrNull(description), now_ms})
      .status();
}

Status SetModelVersionStage(db::Transaction& txn, std::string_view workspace, std::string_view key,
                            int64_t number, std::string_view stage, int64_t now_ms) {
  return txn.Execute(sql::kSetModelVersionStage, {workspace, key, number, stage, now_ms}).status();
}

Status MoveOtherModelVersions(db::Transaction& txn, std::string_view workspace,
                              std::string_view key, int64_t number, std::string_view from,
                              std::string_view to, int64_t now_ms) {
  return txn.Execute(sql::kMoveOtherModelVersions, {workspace, key, number, from, to, now_ms})
      .status();
}

Status TouchModelVersions(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          int64_t now_ms) {
  return txn.Execute(sql::kTouchModelVersions, {workspace, key, now_ms}).status();
}

Status DeleteModelVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          int64_t number) {
  return txn.Execute(sql::kDeleteModelVersion, {workspace, key, number}).status();
}

Status SetModelVersionTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
                           int64_t number,
                           const google::protobuf::RepeatedPtrField<v1::ModelVersionTag>& tags) {
  return txn
      .ExecuteMany(sql::kUpsertModelVersionTags, {workspace, key, number},
                   db::KeyValueColumns(tags))
      .status();
}

Status DeleteModelVersionTag(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             int64_t number, std::string_view tag) {
  return txn.Execute(sql::kDeleteModelVersionTag, {workspace, key, number, tag}).status();
}

}  // namespace rookery::registry::store
