// Rows of registered models, their tags and aliases. Limits and wording are the domain's.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/registry/v1/registered_model.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"

namespace rookery::registry::store {

// A model's row is found by its name, and all that hangs on it by the key that the model keeps for
// life.
struct RegisteredModelRow {
  std::string key;
  v1::RegisteredModel model;
};

struct LockedModel {
  std::string key;
  // The greatest number that a version of it ever had.
  int64_t last_version = 0;
};

// ALREADY_EXISTS: the name is taken.
Status InsertRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             const v1::CreateRegisteredModelRequest& model, int64_t now_ms);

// The models of these names, in their order; those that do not exist are left out. One query.
StatusOr<std::vector<RegisteredModelRow>> ListRegisteredModels(db::Transaction& txn,
                                                               std::string_view workspace,
                                                               const db::TextList& names);
StatusOr<std::optional<RegisteredModelRow>> FindRegisteredModel(db::Transaction& txn,
                                                                std::string_view workspace,
                                                                std::string_view name);
StatusOr<std::optional<RegisteredModelRow>> FindRegisteredModelByKey(db::Transaction& txn,
                                                                     std::string_view workspace,
                                                                     std::string_view key);

// The key alone.
StatusOr<std::optional<std::string>> FindModelKey(db::Transaction& txn, std::string_view workspace,
                                                  std::string_view name);

// Holds the model's row until the transaction ends.
StatusOr<std::optional<LockedModel>> LockRegisteredModel(db::Transaction& txn,
                                                         std::string_view workspace,
                                                         std::string_view name);

Status SetLastVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                      int64_t version);
Status SetRegisteredModelDescription(db::Transaction& txn, std::string_view workspace,
                                     std::string_view key, std::string_view description);

// ALREADY_EXISTS: the name is taken.
Status RenameRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             std::string_view name);
Status TouchRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                            int64_t now_ms);
Status DeleteRegisteredModel(db::Transaction& txn, std::string_view workspace,
                             std::string_view key);

Status SetRegisteredModelTags(
    db::Transaction& txn, std::string_view workspace, std::string_view key,
    const google::protobuf::RepeatedPtrField<v1::RegisteredModelTag>& tags);
Status DeleteRegisteredModelTag(db::Transaction& txn, std::string_view workspace,
                                std::string_view key, std::string_view tag);

// The version that has the alias.
StatusOr<std::optional<int64_t>> FindAlias(db::Transaction& txn, std::string_view workspace,
                                           std::string_view key, std::string_view alias);
Status SetAlias(db::Transaction& txn, std::string_view workspace, std::string_view key,
                std::string_view alias, int64_t version);
Status DeleteAlias(db::Transaction& txn, std::string_view workspace, std::string_view key,
                   std::string_view alias);

// Prompts too.
StatusOr<int64_t> CountRegisteredModels(db::Transaction& txn, std::string_view workspace);

}  // namespace rookery::registry::store
