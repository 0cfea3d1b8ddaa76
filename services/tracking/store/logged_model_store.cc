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

StatusOr<std::optional<LoggedModelRow>> FindLoggedModel(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        std::string_view model_id) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetLoggedModel, {workspace, model_id}));
  if (!row) return std::nullopt;
  LoggedModelRow found;
  v1::LoggedModelInfo* info = found.model.mutable_info();
  info->set_model_id(std::string(row->Text(0)));
  info->set_experiment_id(std::to_string(row->Int(1)));
  info->set_name(std::string(row->Text(2)));
  info->set_model_type(std::string(row->Text(3)));
  info->set_source_run_id(std::string(row->Text(4)));
  info->set_status(static_cast<v1::LoggedModelStatus>(row->Int(5)));
  info->set_creation_timestamp_ms(row->Int(6));
  info->set_last_updated_timestamp_ms(row->Int(7));
  found.artifact_location = row->OptionalText(8);
  found.lifecycle_stage = row->Text(9);
  ASSIGN_OR_RETURN(const db::Rows tags,
                   txn.Query(sql::kListLoggedModelTags, {workspace, model_id}));
  db::AddKeyValues(tags, info->mutable_tags());
  ASSIGN_OR_RETURN(const db::Rows params,
                   txn.Query(sql::kListLoggedModelParams, {workspace, model_id}));
  db::AddKeyValues(params, found.model.mutable_data()->mutable_params());
  return found;
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
