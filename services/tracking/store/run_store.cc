#include "services/tracking/store/run_store.h"

#include <map>
#include <utility>

#include "libs/db/key_values.h"
#include "services/tracking/rules/run_status.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {

Status InsertRuns(db::Transaction& txn, std::string_view workspace,
                  const std::vector<RunToInsert>& runs) {
  std::vector<std::string> ids;
  std::vector<int64_t> experiments;
  std::vector<std::string> names;
  std::vector<std::string> users;
  std::vector<int64_t> statuses;
  std::vector<int64_t> start_times;
  std::vector<std::string> tagged;
  std::vector<std::string> keys;
  std::vector<std::string> values;
  for (const auto& [experiment_id, run] : runs) {
    const v1::RunInfo& info = run->info();
    ids.push_back(info.run_id());
    experiments.push_back(experiment_id);
    names.push_back(info.run_name());
    users.push_back(info.user_id());
    statuses.push_back(info.status());
    start_times.push_back(info.start_time());
    for (const v1::RunTag& tag : run->data().tags()) {
      tagged.push_back(info.run_id());
      keys.push_back(tag.key());
      values.push_back(tag.value());
    }
  }
  RETURN_IF_ERROR(txn.ExecuteMany(sql::kInsertRuns, {workspace},
                                  {std::move(ids), std::move(experiments), std::move(names),
                                   std::move(users), std::move(statuses), std::move(start_times)}));
  return txn
      .ExecuteMany(sql::kInsertTagsOfRuns, {workspace},
                   {std::move(tagged), std::move(keys), std::move(values)})
      .status();
}

StatusOr<std::set<std::string>> ExistingRuns(db::Transaction& txn, std::string_view workspace,
                                             const db::TextList& run_ids) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kExistingRuns, {workspace, &run_ids}));
  std::set<std::string> found;
  for (const db::Row& row : rows) found.emplace(row.Text(0));
  return found;
}

RunRow AsRunRow(const db::Row& row) {
  RunRow run;
  run.info.set_run_id(std::string(row.Text(0)));
  run.info.set_run_uuid(run.info.run_id());
  run.info.set_experiment_id(std::to_string(row.Int(1)));
  run.info.set_run_name(std::string(row.Text(2)));
  run.info.set_user_id(std::string(row.Text(3)));
  run.info.set_status(static_cast<v1::RunStatus>(row.Int(4)));
  run.info.set_start_time(row.Int(5));
  // Zero is none, as MLflow has it.
  if (!row.IsNull(6) && row.Int(6) != 0) run.info.set_end_time(row.Int(6));
  run.info.set_lifecycle_stage(std::string(row.Text(7)));
  run.artifact_location = row.OptionalText(8);
  run.version = {.data = row.Int(9), .last_no = row.IsNull(10) ? 0 : row.Int(10)};
  return run;
}

StatusOr<std::optional<RunRow>> FindRun(db::Transaction& txn, std::string_view workspace,
                                        std::string_view run_id) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kGetRun, {workspace, run_id}));
  if (!row) return std::nullopt;
  return AsRunRow(*row);
}

StatusOr<std::map<std::string, LockedRun>> LockRuns(db::Transaction& txn,
                                                    std::string_view workspace,
                                                    const db::TextList& run_ids, Lock lock) {
  std::map<std::string, LockedRun> runs;
  if (run_ids.empty()) return runs;
  const db::Statement& statement = lock == Lock::kShared ? sql::kLockRunsShared : sql::kLockRuns;
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(statement, {workspace, &run_ids}));
  for (const db::Row& row : rows) {
    runs[std::string(row.Text(0))] = {std::string(row.Text(1)), row.Int(2),
                                      static_cast<v1::RunStatus>(row.Int(3)), row.Int(4)};
  }
  return runs;
}

StatusOr<std::optional<LockedRun>> LockRun(db::Transaction& txn, std::string_view workspace,
                                           const std::string& run_id, Lock lock) {
  ASSIGN_OR_RETURN(const auto runs, LockRuns(txn, workspace, {run_id}, lock));
  if (runs.empty()) return std::nullopt;
  return runs.begin()->second;
}

Status UpdateRun(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                 const RunChange& change) {
  const db::Value status =
      change.status ? db::Value(static_cast<int64_t>(*change.status)) : db::Value();
  const int64_t ends = change.status && IsEnd(*change.status) ? 1 : 0;
  return txn
      .Execute(sql::kUpdateRun, {workspace, run_id, status, db::OrNull(change.end_time_ms),
                                 db::OrNull(change.name), ends})
      .status();
}

Status SetRunStage(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                   std::string_view stage, std::optional<int64_t> deleted_ms) {
  return txn.Execute(sql::kSetRunStage, {workspace, run_id, stage, db::OrNull(deleted_ms)})
      .status();
}

Status ReadRunTags(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
                   RunTags* tags) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListRunTags, {workspace, run_id}));
  db::AddKeyValues(rows, tags);
  return absl::OkStatus();
}

StatusOr<std::optional<std::string>> FindRunTag(db::Transaction& txn, std::string_view workspace,
                                                std::string_view run_id, std::string_view key) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kFindRunTag, {workspace, run_id, key}));
  if (!row) return std::nullopt;
  return std::string(row->Text(0));
}

StatusOr<bool> DeleteRunTag(db::Transaction& txn, std::string_view workspace,
                            std::string_view run_id, std::string_view key) {
  ASSIGN_OR_RETURN(const int64_t deleted,
                   txn.Execute(sql::kDeleteRunTag, {workspace, run_id, key}));
  return deleted > 0;
}

}  // namespace rookery::tracking::store
