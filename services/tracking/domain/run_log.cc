#include "services/tracking/domain/run_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libs/checks/python_text.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/model_history.h"
#include "services/tracking/domain/run_id.h"
#include "services/tracking/domain/run_name.h"
#include "services/tracking/domain/validation.h"
#include "services/tracking/store/input_store.h"
#include "services/tracking/store/logged_model_store.h"
#include "services/tracking/store/point_conversion.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

// How a Python programmer would see the conflicting params.
std::string Described(const std::vector<store::ParamConflict>& conflicts) {
  std::vector<std::string> entries;
  for (const auto& conflict : conflicts) {
    entries.push_back(fmt::format("{{'key': {}, 'old_value': {}, 'new_value': {}}}",
                                  PythonRepr(conflict.key), PythonRepr(conflict.old_value),
                                  PythonRepr(conflict.new_value)));
  }
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

Status ParamsAreWrittenOnce(const std::vector<store::ParamConflict>& conflicts,
                            const std::string& run_id) {
  if (conflicts.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Changing param values is not allowed. Params were already logged='{}' for run "
                  "ID='{}'.",
                  Described(conflicts), run_id));
}

Status ParamIsWrittenOnce(const store::ParamConflict& conflict, const std::string& run_id) {
  return absl::InvalidArgumentError(fmt::format(
      "Changing param values is not allowed. Param with key='{}' was already logged with "
      "value='{}' for run ID='{}'. Attempted logging new value '{}'.",
      conflict.key, conflict.old_value, run_id, conflict.new_value));
}

// A point about a logged model that does not exist would never be found again.
Status CheckModelsExist(db::Transaction& txn, std::string_view workspace,
                        const store::Metrics& metrics) {
  db::TextList wanted;
  for (const auto& metric : metrics) {
    if (!metric.model_id().empty()) wanted.push_back(metric.model_id());
  }
  if (wanted.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto found, store::ExistingLoggedModels(txn, workspace, wanted));
  for (const auto& model_id : wanted) {
    if (std::find(found.begin(), found.end(), model_id) == found.end()) {
      return WithErrorCode(
          absl::InvalidArgumentError(fmt::format(
              "A metric names the logged model '{}', which does not exist. Create it first.",
              model_id)),
          "BAD_REQUEST");
    }
  }
  return absl::OkStatus();
}

// Writes to the run's row need it alone from the start: two that held it together would both wait.
store::Lock LockFor(const store::RunTags& tags) {
  return NameInTags(tags).empty() ? store::Lock::kShared : store::Lock::kExclusive;
}

}  // namespace

StatusOr<v1::LogMetricResponse> RunLog::LogMetric(const CallContext& call,
                                                  const v1::LogMetricRequest& request) {
  v1::LogBatchRequest batch;
  ASSIGN_OR_RETURN(*batch.mutable_run_id(), RunIdOf(request));
  v1::Metric* metric = batch.add_metrics();
  metric->set_key(request.key());
  metric->set_value(request.value());
  metric->set_timestamp(request.timestamp());
  metric->set_step(request.step());
  if (request.has_model_id()) metric->set_model_id(request.model_id());
  if (request.has_dataset_name()) metric->set_dataset_name(request.dataset_name());
  if (request.has_dataset_digest()) metric->set_dataset_digest(request.dataset_digest());
  RETURN_IF_ERROR(CheckMetric("", *metric));
  RETURN_IF_ERROR(Write(call, batch));
  return v1::LogMetricResponse();
}

StatusOr<v1::LogParamResponse> RunLog::LogParam(const CallContext& call,
                                                const v1::LogParamRequest& request) {
  ASSIGN_OR_RETURN(const std::string run_id, RunIdOf(request));
  store::Params params;
  v1::Param* param = params.Add();
  param->set_key(request.key());
  param->set_value(request.value());
  RETURN_IF_ERROR(CheckAndCutParam("", param));
  RETURN_IF_ERROR(database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, run_id, store::Lock::kShared));
    ASSIGN_OR_RETURN(const auto conflicts, store::WriteParams(txn, call.workspace, run_id, params));
    return conflicts.empty() ? absl::OkStatus() : ParamIsWrittenOnce(conflicts[0], run_id);
  }));
  return v1::LogParamResponse();
}

StatusOr<v1::SetTagResponse> RunLog::SetTag(const CallContext& call,
                                            const v1::SetTagRequest& request) {
  v1::LogBatchRequest batch;
  ASSIGN_OR_RETURN(*batch.mutable_run_id(), RunIdOf(request));
  v1::RunTag* tag = batch.add_tags();
  tag->set_key(request.key());
  tag->set_value(request.value());
  RETURN_IF_ERROR(CheckAndCutTag("", tag));
  RETURN_IF_ERROR(Write(call, batch));
  return v1::SetTagResponse();
}

StatusOr<v1::DeleteTagResponse> RunLog::DeleteTag(const CallContext& call,
                                                  const v1::DeleteTagRequest& request) {
  RETURN_IF_ERROR(database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kShared));
    ASSIGN_OR_RETURN(const bool deleted,
                     store::DeleteRunTag(txn, call.workspace, request.run_id(), request.key()));
    if (deleted) return absl::OkStatus();
    return absl::NotFoundError(
        fmt::format("No tag with name: {} in run with id {}", request.key(), request.run_id()));
  }));
  return v1::DeleteTagResponse();
}

StatusOr<v1::LogBatchResponse> RunLog::LogBatch(const CallContext& call,
                                                const v1::LogBatchRequest& request) {
  v1::LogBatchRequest batch = request;
  RETURN_IF_ERROR(CheckAndCutBatch(&batch));
  RETURN_IF_ERROR(Write(call, batch));
  return v1::LogBatchResponse();
}

StatusOr<v1::LogInputsResponse> RunLog::LogInputs(const CallContext& call,
                                                  const v1::LogInputsRequest& request) {
  RETURN_IF_ERROR(CheckRunId(request.run_id()));
  for (const auto& input : request.datasets()) RETURN_IF_ERROR(CheckDatasetInput(input));
  RETURN_IF_ERROR(database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const store::LockedRun run,
                     LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kShared));
    RETURN_IF_ERROR(store::AddDatasetInputs(txn, call.workspace, run.experiment_id,
                                            request.run_id(), request.datasets()));
    return store::AddModelInputs(txn, call.workspace, request.run_id(), request.models());
  }));
  return v1::LogInputsResponse();
}

StatusOr<v1::LogOutputsResponse> RunLog::LogOutputs(const CallContext& call,
                                                    const v1::LogOutputsRequest& request) {
  RETURN_IF_ERROR(database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kShared));
    return store::AddModelOutputs(txn, call.workspace, request.run_id(), request.models());
  }));
  return v1::LogOutputsResponse();
}

StatusOr<v1::LogModelResponse> RunLog::LogModel(const CallContext& call,
                                                const v1::LogModelRequest& request) {
  ASSIGN_OR_RETURN(const std::string entry, ModelHistoryEntry(request.model_json()));
  RETURN_IF_ERROR(database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    // Alone, because the list is read and written back.
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, request.run_id(), store::Lock::kExclusive));
    ASSIGN_OR_RETURN(const auto history,
                     store::FindRunTag(txn, call.workspace, request.run_id(), kModelHistoryTag));
    store::RunTags tags;
    v1::RunTag* tag = tags.Add();
    tag->set_key(kModelHistoryTag);
    ASSIGN_OR_RETURN(*tag->mutable_value(), AppendedToHistory(history.value_or("[]"), entry));
    return store::SetRunTags(txn, call.workspace, request.run_id(), tags);
  }));
  return v1::LogModelResponse();
}

Status RunLog::Write(const CallContext& call, const v1::LogBatchRequest& batch) {
  const std::string& run_id = batch.run_id();
  return database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, run_id, LockFor(batch.tags())));
    ASSIGN_OR_RETURN(const auto conflicts,
                     store::WriteParams(txn, call.workspace, run_id, batch.params()));
    RETURN_IF_ERROR(ParamsAreWrittenOnce(conflicts, run_id));
    RETURN_IF_ERROR(CheckModelsExist(txn, call.workspace, batch.metrics()));
    std::vector<store::RunPoints> runs;
    runs.push_back({run_id, store::PointsOf(batch.metrics())});
    RETURN_IF_ERROR(metrics_.Append(txn, call.workspace, &runs));
    return WriteTags(txn, call, run_id, batch.tags());
  });
}

Status RunLog::WriteTags(db::Transaction& txn, const CallContext& call, const std::string& run_id,
                         const store::RunTags& tags) {
  RETURN_IF_ERROR(store::SetRunTags(txn, call.workspace, run_id, WithoutEmptyNames(tags)));
  store::RunChange change;
  change.name = NameInTags(tags);
  if (change.name->empty()) return absl::OkStatus();
  return store::UpdateRun(txn, call.workspace, run_id, change);
}

}  // namespace rookery::tracking
