#include "services/tracking/store/logged_model_store.h"

#include <map>

#include "libs/db/key_values.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {

Status InsertLoggedModel(db::Transaction& txn, std::string_view workspace, int64_t experiment_id,
                         const v1::LoggedModelInfo& info) {
  return txn
      .Execute(sql::kInsertLoggedModel,
               {workspace, std::string_view(info.model_id()), experiment_id,
                std::string_view(info.name()), std::string_view(info.model_type()),
                std::string_view(info.source_run_id()), static_cast<int64_t>(info.status()),
                info.creation_timestamp_ms()})
      .status();
}

LoggedModelRow ReadLoggedModel(const db::Row& row) {
  LoggedModelRow found;
  v1::LoggedModelInfo* info = found.model.mutable_info();
  info->set_model_id(std::string(row.Text(0)));
  info->set_experiment_id(std::to_string(row.Int(1)));
  info->set_name(std::string(row.Text(2)));
  info->set_model_type(std::string(row.Text(3)));
  info->set_source_run_id(std::string(row.Text(4)));
  info->set_status(static_cast<v1::LoggedModelStatus>(row.Int(5)));
  info->set_creation_timestamp_ms(row.Int(6));
  info->set_last_updated_timestamp_ms(row.Int(7));
  found.artifact_location = row.OptionalText(8);
  found.lifecycle_stage = row.Text(9);
  found.model.mutable_data();
  return found;
}

Status AddTagsAndParams(db::Transaction& txn, std::string_view workspace,
                        std::vector<LoggedModelRow>* models) {
  if (models->empty()) return absl::OkStatus();
  db::TextList model_ids;
  std::map<std::string_view, v1::LoggedModel*> by_id;
  for (LoggedModelRow& row : *models) {
    model_ids.push_back(row.model.info().model_id());
    by_id[row.model.info().model_id()] = &row.model;
  }
  ASSIGN_OR_RETURN(const db::Rows tags,
                   txn.Query(sql::kListLoggedModelTags, {workspace, &model_ids}));
  for (const db::Row& row : tags) {
    v1::LoggedModelTag* tag = by_id.at(row.Text(0))->mutable_info()->add_tags();
    tag->set_key(std::string(row.Text(1)));
    tag->set_value(std::string(row.Text(2)));
  }
  ASSIGN_OR_RETURN(const db::Rows params,
                   txn.Query(sql::kListLoggedModelParams, {workspace, &model_ids}));
  for (const db::Row& row : params) {
    v1::LoggedModelParameter* param = by_id.at(row.Text(0))->mutable_data()->add_params();
    param->set_key(std::string(row.Text(1)));
    param->set_value(std::string(row.Text(2)));
  }
  return absl::OkStatus();
}

StatusOr<std::optional<LoggedModelRow>> FindLoggedModel(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        std::string_view model_id) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetLoggedModel, {workspace, model_id}));
  if (!row) return std::nullopt;
  std::vector<LoggedModelRow> found = {ReadLoggedModel(*row)};
  RETURN_IF_ERROR(AddTagsAndParams(txn, workspace, &found));
  return std::move(found[0]);
}

StatusOr<std::vector<std::string>> ExistingLoggedModels(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        const db::TextList& model_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kFindLoggedModels, {workspace, &model_ids}));
  std::vector<std::string> found;
  for (const db::Row& row : rows) found.emplace_back(row.Text(0));
  return found;
}

StatusOr<bool> SetLoggedModelStatus(db::Transaction& txn, std::string_view workspace,
                                    std::string_view model_id, v1::LoggedModelStatus status,
                                    int64_t now_ms) {
  ASSIGN_OR_RETURN(const int64_t updated,
                   txn.Execute(sql::kSetLoggedModelStatus,
                               {workspace, model_id, static_cast<int64_t>(status), now_ms}));
  return updated > 0;
}

StatusOr<bool> SetLoggedModelStage(db::Transaction& txn, std::string_view workspace,
                                   std::string_view model_id, std::string_view stage,
                                   int64_t now_ms) {
  ASSIGN_OR_RETURN(const int64_t updated,
                   txn.Execute(sql::kSetLoggedModelStage, {workspace, model_id, stage, now_ms}));
  return updated > 0;
}

Status SetLoggedModelTags(db::Transaction& txn, std::string_view workspace,
                          std::string_view model_id,
                          const google::protobuf::RepeatedPtrField<v1::LoggedModelTag>& tags) {
  return txn
      .ExecuteMany(sql::kUpsertLoggedModelTags, {workspace, model_id}, db::KeyValueColumns(tags))
      .status();
}

StatusOr<bool> DeleteLoggedModelTag(db::Transaction& txn, std::string_view workspace,
                                    std::string_view model_id, std::string_view key) {
  ASSIGN_OR_RETURN(const int64_t deleted,
                   txn.Execute(sql::kDeleteLoggedModelTag, {workspace, model_id, key}));
  return deleted > 0;
}

StatusOr<std::optional<std::string>> WriteLoggedModelParams(
    db::Transaction& txn, std::string_view workspace, std::string_view model_id,
    const google::protobuf::RepeatedPtrField<v1::LoggedModelParameter>& params) {
  RETURN_IF_ERROR(txn.ExecuteMany(sql::kInsertLoggedModelParams, {workspace, model_id},
                                  db::KeyValueColumns(params)));
  db::TextList keys;
  for (const auto& param : params) keys.push_back(param.key());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kFindLoggedModelParams, {workspace, model_id, &keys}));
  std::map<std::string_view, std::string_view> stored;
  for (const db::Row& row : rows) stored[row.Text(0)] = row.Text(1);
  for (const auto& param : params) {
    if (stored[param.key()] != param.value()) return param.key();
  }
  return std::nullopt;
}

}  // namespace rookery::tracking::store
