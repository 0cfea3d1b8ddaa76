#include "services/registry/store/registered_model_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "libs/db/key_values.h"
#include "services/registry/store/model_version_store.h"
#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

// Of ListRegisteredModels.
enum Part : int64_t { kModel, kModelTag, kAlias, kVersion, kVersionTag };
constexpr int kFirstOfVersion = 3;

// Puts the parts together. A model comes before what belongs to it.
class Assembly {
 public:
  void Add(const db::Row& row) {
    if (row.Int(0) == kModel) AddModel(row);
    v1::RegisteredModel& model = rows_.at(std::string(row.Text(1))).model;
    if (row.Int(0) == kModelTag) {
      AddTag(row, model.add_tags());
    } else if (row.Int(0) == kAlias) {
      v1::RegisteredModelAlias* alias = model.add_aliases();
      alias->set_alias(std::string(row.Text(6)));
      alias->set_version(std::to_string(row.Int(3)));
    } else if (row.Int(0) == kVersion) {
      *model.add_latest_versions() =
          std::move(ReadVersion(row, kFirstOfVersion, model.name()).version);
    } else if (row.Int(0) == kVersionTag) {
      AddTag(row, LatestVersion(std::to_string(row.Int(3)), &model)->add_tags());
    }
  }

  std::vector<RegisteredModelRow> Take(const db::TextList& names) && {
    std::vector<RegisteredModelRow> taken;
    for (const std::string& name : names) {
      const auto key = keys_.find(name);
      if (key != keys_.end()) taken.push_back(std::move(rows_.at(key->second)));
    }
    return taken;
  }

 private:
  void AddModel(const db::Row& row) {
    RegisteredModelRow& found = rows_[std::string(row.Text(1))];
    found.key = row.Text(1);
    found.model.set_name(std::string(row.Text(6)));
    // MLflow leaves an empty description out.
    if (!row.Text(7).empty()) found.model.set_description(std::string(row.Text(7)));
    found.model.set_creation_timestamp(row.Int(4));
    found.model.set_last_updated_timestamp(row.Int(5));
    keys_[found.model.name()] = found.key;
  }

  template <typename Tag>
  static void AddTag(const db::Row& row, Tag* tag) {
    tag->set_key(std::string(row.Text(6)));
    tag->set_value(std::string(row.Text(7)));
  }

  static v1::ModelVersion* LatestVersion(const std::string& number, v1::RegisteredModel* model) {
    auto* versions = model->mutable_latest_versions();
    return &*std::find_if(versions->begin(), versions->end(),
                          [&](const auto& version) { return version.version() == number; });
  }

  std::map<std::string, RegisteredModelRow> rows_;
  std::map<std::string, std::string> keys_;
};

}  // namespace

Status InsertRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             const v1::CreateRegisteredModelRequest& model, int64_t now_ms) {
  RETURN_IF_ERROR(
      txn.Execute(sql::kInsertRegisteredModel, {workspace, key, std::string_view(model.name()),
                                                std::string_view(model.description()), now_ms}));
  return SetRegisteredModelTags(txn, workspace, key, model.tags());
}

StatusOr<std::vector<RegisteredModelRow>> ListRegisteredModels(db::Transaction& txn,
                                                               std::string_view workspace,
                                                               const db::TextList& names) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListRegisteredModels, {workspace, &names}));
  Assembly assembly;
  for (const db::Row& row : rows) assembly.Add(row);
  return std::move(assembly).Take(names);
}

StatusOr<std::optional<RegisteredModelRow>> FindRegisteredModel(db::Transaction& txn,
                                                                std::string_view workspace,
                                                                std::string_view name) {
  ASSIGN_OR_RETURN(auto found, ListRegisteredModels(txn, workspace, {std::string(name)}));
  if (found.empty()) return std::nullopt;
  return std::move(found[0]);
}

StatusOr<std::optional<RegisteredModelRow>> FindRegisteredModelByKey(db::Transaction& txn,
                                                                     std::string_view workspace,
                                                                     std::string_view key) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kFindModelName, {workspace, key}));
  if (!row) return std::nullopt;
  return FindRegisteredModel(txn, workspace, row->Text(0));
}

StatusOr<std::optional<std::string>> FindModelKey(db::Transaction& txn, std::string_view workspace,
                                                  std::string_view name) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kFindModelKey, {workspace, name}));
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

StatusOr<int64_t> CountRegisteredModels(db::Transaction& txn, std::string_view workspace) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kCountRegisteredModels, {workspace}));
  return rows[0].Int(0);
}

}  // namespace rookery::registry::store
