#include "services/tracking/store/experiment_store.h"

#include "libs/db/key_values.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

db::Value OptionalLocation(const v1::CreateExperimentRequest& request) {
  return request.artifact_location().empty()
             ? db::Value()
             : db::Value(std::string_view(request.artifact_location()));
}

// From rows of one experiment, which differ in the tag.
std::optional<v1::Experiment> ReadExperiment(std::string_view workspace, const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  v1::Experiment experiment = AsExperiment(rows[0], workspace);
  for (const db::Row& row : rows) {
    if (row.IsNull(6)) continue;
    v1::ExperimentTag* tag = experiment.add_tags();
    tag->set_key(std::string(row.Text(6)));
    tag->set_value(std::string(row.Text(7)));
  }
  return experiment;
}

}  // namespace

v1::Experiment AsExperiment(const db::Row& row, std::string_view workspace) {
  v1::Experiment experiment;
  experiment.set_experiment_id(std::to_string(row.Int(0)));
  experiment.set_name(std::string(row.Text(1)));
  if (!row.IsNull(2)) experiment.set_artifact_location(std::string(row.Text(2)));
  experiment.set_lifecycle_stage(std::string(row.Text(3)));
  experiment.set_creation_time(row.Int(4));
  experiment.set_last_update_time(row.Int(5));
  experiment.set_workspace(std::string(workspace));
  return experiment;
}

Status InsertExperiment(db::Transaction& txn, std::string_view workspace, int64_t id,
                        const v1::CreateExperimentRequest& experiment, int64_t now_ms) {
  RETURN_IF_ERROR(txn.Execute(
      sql::kInsertExperiment,
      {workspace, id, std::string_view(experiment.name()), OptionalLocation(experiment), now_ms}));
  return SetExperimentTags(txn, workspace, id, experiment.tags());
}

Status InsertExperimentIfAbsent(db::Transaction& txn, std::string_view workspace, int64_t id,
                                std::string_view name, int64_t now_ms) {
  return txn.Execute(sql::kInsertExperimentIfAbsent, {workspace, id, name, now_ms}).status();
}

StatusOr<std::optional<v1::Experiment>> FindExperiment(db::Transaction& txn,
                                                       std::string_view workspace, int64_t id) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kGetExperiment, {workspace, id}));
  return ReadExperiment(workspace, rows);
}

StatusOr<std::optional<v1::Experiment>> FindExperimentByName(db::Transaction& txn,
                                                             std::string_view workspace,
                                                             std::string_view name) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kGetExperimentByName, {workspace, name}));
  return ReadExperiment(workspace, rows);
}

StatusOr<std::optional<std::string>> LockExperiment(db::Transaction& txn,
                                                    std::string_view workspace, int64_t id) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(sql::kLockExperiment, {workspace, id}));
  if (!row) return std::nullopt;
  return std::string(row->Text(0));
}

StatusOr<std::map<int64_t, LockedExperiment>> LockExperiments(db::Transaction& txn,
                                                              std::string_view workspace,
                                                              const db::IntList& ids) {
  std::map<int64_t, LockedExperiment> found;
  if (ids.empty()) return found;
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kLockExperiments, {workspace, &ids}));
  for (const db::Row& row : rows) {
    found[row.Int(0)] = {std::string(row.Text(1)), row.OptionalText(2)};
  }
  return found;
}

Status RenameExperiment(db::Transaction& txn, std::string_view workspace, int64_t id,
                        std::string_view name, int64_t now_ms) {
  return txn.Execute(sql::kRenameExperiment, {workspace, id, name, now_ms}).status();
}

StatusOr<bool> MoveExperiment(db::Transaction& txn, std::string_view workspace, int64_t id,
                              std::string_view from, std::string_view to, int64_t now_ms) {
  ASSIGN_OR_RETURN(const int64_t moved,
                   txn.Execute(sql::kSetExperimentStage, {workspace, id, to, from, now_ms}));
  if (moved == 0) return false;
  const db::Value deleted_ms = to == kDeleted ? db::Value(now_ms) : db::Value();
  RETURN_IF_ERROR(txn.Execute(sql::kSetStageOfRuns, {workspace, id, to, deleted_ms}));
  return true;
}

Status SetExperimentTags(db::Transaction& txn, std::string_view workspace, int64_t id,
                         const google::protobuf::RepeatedPtrField<v1::ExperimentTag>& tags) {
  return txn.ExecuteMany(sql::kUpsertExperimentTags, {workspace, id}, db::KeyValueColumns(tags))
      .status();
}

StatusOr<bool> DeleteExperimentTag(db::Transaction& txn, std::string_view workspace, int64_t id,
                                   std::string_view key) {
  ASSIGN_OR_RETURN(const int64_t deleted,
                   txn.Execute(sql::kDeleteExperimentTag, {workspace, id, key}));
  return deleted > 0;
}

}  // namespace rookery::tracking::store
