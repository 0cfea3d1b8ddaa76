// Rows of logged models, their tags and params. Limits and wording are the domain's.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/logged_model.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// ALREADY_EXISTS: the id is taken. Takes model_id, name, model_type, source_run_id, status and
// creation_timestamp_ms of `info`.
Status InsertLoggedModel(db::Transaction& txn, std::string_view workspace, int64_t experiment_id,
                         const v1::LoggedModelInfo& info);

struct LoggedModelRow {
  // With tags and params; without artifact_uri and metrics.
  v1::LoggedModel model;
  // Of the model's experiment.
  std::optional<std::string> artifact_location;
  std::string lifecycle_stage;
};

// A SELECT of what ReadLoggedModel reads, from logged_models `m` and experiments `e`.
inline constexpr char kLoggedModelColumns[] =
    "SELECT m.model_id, m.experiment_id, m.name, m.model_type, m.source_run_id, m.status,"
    " m.creation_time_ms, m.last_update_time_ms, e.artifact_location, m.lifecycle_stage";
inline constexpr int kLoggedModelColumnCount = 10;

// Without tags and params.
LoggedModelRow ReadLoggedModel(const db::Row& row);

// Tags and params of all models, with two queries.
Status AddTagsAndParams(db::Transaction& txn, std::string_view workspace,
                        std::vector<LoggedModelRow>* models);

StatusOr<std::optional<LoggedModelRow>> FindLoggedModel(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        std::string_view model_id);

// The ids among `model_ids` that exist, deleted ones included.
StatusOr<std::vector<std::string>> ExistingLoggedModels(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        const db::TextList& model_ids);

// False if there is no such model.
StatusOr<bool> SetLoggedModelStatus(db::Transaction& txn, std::string_view workspace,
                                    std::string_view model_id, v1::LoggedModelStatus status,
                                    int64_t now_ms);

StatusOr<bool> SetLoggedModelStage(db::Transaction& txn, std::string_view workspace,
                                   std::string_view model_id, std::string_view stage,
                                   int64_t now_ms);

Status SetLoggedModelTags(db::Transaction& txn, std::string_view workspace,
                          std::string_view model_id,
                          const google::protobuf::RepeatedPtrField<v1::LoggedModelTag>& tags);

// False if there was no such tag.
StatusOr<bool> DeleteLoggedModelTag(db::Transaction& txn, std::string_view workspace,
                                    std::string_view model_id, std::string_view key);

// Writes params that are new. Returns the key of one that has another value already, if any; the
// transaction should then be given up.
StatusOr<std::optional<std::string>> WriteLoggedModelParams(
    db::Transaction& txn, std::string_view workspace, std::string_view model_id,
    const google::protobuf::RepeatedPtrField<v1::LoggedModelParameter>& params);

}  // namespace rookery::tracking::store
