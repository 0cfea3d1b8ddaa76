#include "services/registry/store/model_version_store.h"

#include "libs/db/key_values.h"
#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

// Of GetModelVersion.
constexpr int64_t kVersionPart = 0;
constexpr int64_t kTagPart = 1;

}  // namespace
ModelVersionRow ReadVersion(const db::Row& row, int first, const std::string& name) {
  const auto text = [&](int column) { return std::string(row.Text(first + column)); };
  ModelVersionRow found;
  found.number = row.Int(first);
  v1::ModelVersion& version = found.version;
  version.set_name(name);
  version.set_version(std::to_string(found.number));
  version.set_creation_timestamp(row.Int(first + 1));
  version.set_last_updated_timestamp(row.Int(first + 2));
  version.set_current_stage(text(3));
  if (!row.IsNull(first + 4)) version.set_description(text(4));
  version.set_source(text(5));
  found.storage_location = text(6);
  version.set_run_id(text(7));
  version.set_run_link(text(8));
  found.logged_model_id = text(9);
  // There is nothing to wait for: the files lie where the source says.
  version.set_status(v1::READY);
  return found;
}

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
                                                          const std::string& name, int64_t number) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kGetModelVersion, {workspace, std::string_view(name), number}));
  std::optional<ModelVersionRow> found;
  for (const db::Row& row : rows) {
    // The version comes first.
    if (row.Int(0) == kVersionPart) {
      found = ReadVersion(row, 1, name);
    } else if (row.Int(0) == kTagPart) {
      v1::ModelVersionTag* tag = found->version.add_tags();
      tag->set_key(std::string(row.Text(4)));
      tag->set_value(std::string(row.Text(5)));
    } else {
      found->version.add_aliases(std::string(row.Text(4)));
    }
  }
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
