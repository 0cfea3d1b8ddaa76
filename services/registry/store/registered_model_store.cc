#include "services/registry/store/registered_model_store.h"

#include "libs/db/key_values.h"
#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

StatusOr<std::optional<RegisteredModelRow>> ReadModel(db::Transaction& txn,
                                                      std::string_view workspace,
                                                      const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  RegisteredModelRow found;
  found.key = row->Text(0);
  found.model.set_name(std::string(row->Text(1)));
  // MLflow leaves an empty description out.
  if (!row->Text(2).empty()) found.model.set_description(std::string(row->Text(2)));
  found.model.set_creation_timestamp(row->Int(3));
  found.model.set_last_updated_timestamp(row->Int(4));
  ASSIGN_OR_RETURN(const db::Rows tags, txn.Query(sql::kListRegisteredModelTags,
                                                  {workspace, std::string_view(found.key)}));
  db::AddKeyValues(tags, found.model.mutable_tags());
  ASSIGN_OR_RETURN(const db::Rows aliases,
                   txn.Query(sql::kListAliases, {workspace, std::string_view(found.key)}));
  for (const db::Row& alias : aliases) {
    v1::RegisteredModelAlias* added = found.model.add_aliases();
    added->set_alias(std::string(alias.Text(0)));
    added->set_version(std::to_string(alias.Int(1)));
  }
  return found;
}

}  // namespace

Status InsertRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             const v1::CreateRegisteredModelRequest& model, int64_t now_ms) {
  RETURN_IF_ERROR(
      txn.Execute(sql::kInsertRegisteredModel, {workspace, key, std::string_view(model.name()),
                                                std::string_view(model.description()), now_ms}));
  return SetRegisteredModelTags(txn, workspace, key, model.tags());
}

StatusOr<std::optional<RegisteredModelRow>> FindRegisteredModel(db::Transaction& txn,
                                                                std::string_view workspace,
                                                                std::string_view name) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetRegisteredModel, {workspace, name}));
  return ReadModel(txn, workspace, row);
}

StatusOr<std::optional<RegisteredModelRow>> FindRegisteredModelByKey(db::Transaction& txn,
                                                                     std::string_view workspace,
                                                                     std::string_view key) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetRegisteredModelByKey, {workspace, key}));
  return ReadModel(txn, workspace, row);
}

StatusOr<std::optional<std::string>> FindModelKey(db::Transaction& txn, std::string_view workspace,
                                                  std::string_view name) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetRegisteredModel, {workspace, name}));
  if (!row) return std::nullopt;
  return std::string(row->Text(0));
}

StatusOr<std::optional<LockedModel>> LockRegisteredModel(db::Transaction& txn,
                                                         std::string_view workspace,
                                                         std::string_view name) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kLockRegisteredModel, {workspace, name}));
  if (!row) return std::nullopt;
  return LockedModel{std::string(row->Text(0)), row->Int(1)};
}

Status SetLastVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                      int64_t version) {
  return txn.Execute(sql::kSetLastVersion, {workspace, key, version}).status();
}

Status SetRegisteredModelDescription(db::Transaction& txn, std::string_view workspace,
                                     std::string_view key, std::string_view description) {
  return txn.Execute(sql::kSetRegisteredModelDescription, {workspace, key, description}).status();
}

Status RenameRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             std::string_view name) {
  return txn.Execute(sql::kRenameRegisteredModel, {workspace, key, name}).status();
}

Status TouchRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                            int64_t now_ms) {
  return txn.Execute(sql::kTouchRegisteredModel, {workspace, key, now_ms}).status();
}

Status DeleteRegisteredModel(db::Transaction& txn, std::string_view workspace,
                             std::string_view key) {
  return txn.Execute(sql::kDeleteRegisteredModel, {workspace, key}).status();
}

Status SetRegisteredModelTags(
    db::Transaction& txn, std::string_view workspace, std::string_view key,
    const google::protobuf::RepeatedPtrField<v1::RegisteredModelTag>& tags) {
  return txn
      .ExecuteMany(sql::kUpsertRegisteredModelTags, {workspace, key}, db::KeyValueColumns(tags))
      .status();
}

Status DeleteRegisteredModelTag(db::Transaction& txn, std::string_view workspace,
                                std::string_view key, std::string_view tag) {
  return txn.Execute(sql::kDeleteRegisteredModelTag, {workspace, key, tag}).status();
}

StatusOr<std::optional<int64_t>> FindAlias(db::Transaction& txn, std::string_view workspace,
                                           std::string_view key, std::string_view alias) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kFindAlias, {workspace, key, alias}));
  if (!row) return std::nullopt;
  return row->Int(0);
}

Status SetAlias(db::Transaction& txn, std::string_view workspace, std::string_view key,
                std::string_view alias, int64_t version) {
  return txn.Execute(sql::kUpsertAlias, {workspace, key, alias, version}).status();
}

Status DeleteAlias(db::Transaction& txn, std::string_view workspace, std::string_view key,
                   std::string_view alias) {
  return txn.Execute(sql::kDeleteAlias, {workspace, key, alias}).status();
}

}  // namespace rookery::registry::store
