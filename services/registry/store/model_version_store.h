// Rows of model versions and their tags. A version is named by its model's key (see
// registered_model_store.h) and its number.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/registry/v1/model_version.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"

namespace rookery::registry::store {

struct ModelVersionRow {
  int64_t number = 0;
  // As MLflow answers it: `model_id`, `user_id` and `status_message` are never set.
  v1::ModelVersion version;
  std::string storage_location;
  // The logged model behind the version, or empty.
  std::string logged_model_id;
};

// What the creator says of a version.
struct NewModelVersion {
  int64_t number = 0;
  std::string_view stage;
  std::string_view description;
  std::string_view source;
  std::string_view storage_location;
  std::string_view run_id;
  std::string_view run_link;
  std::string_view logged_model_id;
  int64_t now_ms = 0;
};

Status InsertModelVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          const NewModelVersion& version);

// From a row that has, from column `first` on: number, creation time, update time, stage,
// description, source, storage location, run id, run link, logged model.
ModelVersionRow ReadVersion(const db::Row& row, int first, const std::string& name);

// With its tags and aliases; one query.
StatusOr<std::optional<ModelVersionRow>> FindModelVersion(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          const std::string& name, int64_t number);

// The greatest number of a version that is there.
StatusOr<std::optional<int64_t>> NewestVersion(db::Transaction& txn, std::string_view workspace,
                                               std::string_view key);

StatusOr<bool> HasModelVersion(db::Transaction& txn, std::string_view workspace,
                               std::string_view key, int64_t number);

Status SetModelVersionDescription(db::Transaction& txn, std::string_view workspace,
                                  std::string_view key, int64_t number,
                                  const std::optional<std::string>& description, int64_t now_ms);
Status SetModelVersionStage(db::Transaction& txn, std::string_view workspace, std::string_view key,
                            int64_t number, std::string_view stage, int64_t now_ms);

// Moves all versions but `number` from one stage to the other.
Status MoveOtherModelVersions(db::Transaction& txn, std::string_view workspace,
                              std::string_view key, int64_t number, std::string_view from,
                              std::string_view to, int64_t now_ms);

// All versions of the model.
Status TouchModelVersions(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          int64_t now_ms);
Status DeleteModelVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          int64_t number);

Status SetModelVersionTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
                           int64_t number,
                           const google::protobuf::RepeatedPtrField<v1::ModelVersionTag>& tags);
Status DeleteModelVersionTag(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             int64_t number, std::string_view tag);

}  // namespace rookery::registry::store
