#include "services/tracking/domain/runs.h"

#include <fmt/format.h>

#include "libs/base/ids.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/run_id.h"
#include "services/tracking/domain/run_name.h"
#include "services/tracking/domain/validation.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/input_store.h"
#include "services/tracking/store/request_store.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

constexpr char kCreateRun[] = "CreateRun";
constexpr char kDefaultExperimentId[] = "0";

// The run's tags as they are stored: cut, and with its name among them.
StatusOr<store::RunTags> TagsOfNewRun(const v1::CreateRunRequest& request,
                                      const std::string& name) {
  store::RunTags tags = request.tags();
  for (int i = 0; i < tags.size(); ++i) {
    RETURN_IF_ERROR(CheckAndCutTagOfNewRun(fmt::format("tags[{}]", i), &tags[i]));
  }
  SetNameTag(name, &tags);
  return tags;
}

StatusOr<std::string> NameOfNewRun(const v1::CreateRunRequest& request) {
  const std::string tag = NameInTags(request.tags());
  if (!request.run_name().empty() && !tag.empty() && request.run_name() != tag) {
    return absl::InvalidArgumentError(fmt::format(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
        "values (run_name='{}', mlflow.runName='{}').",
        request.run_name(), tag));
  }
  if (!request.run_name().empty()) return request.run_name();
  return tag.empty() ? NewRandomName() : tag;
}

Status CheckStatus(const v1::UpdateRunRequest& request) {
  if (v1::RunStatus_IsValid(request.status())) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Invalid value {} for parameter 'status' supplied: there is no such run status.",
                  static_cast<int>(request.status())));
}

}  // namespace

StatusOr<v1::CreateRunResponse> Runs::Create(const CallContext& call,
                                             const v1::CreateRunRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  if (!request.run_id().empty()) RETURN_IF_ERROR(CheckRunId(request.run_id()));
  ASSIGN_OR_RETURN(const int64_t experiment_id,
                   ParseExperimentId(request.experiment_id().empty() ? kDefaultExperimentId
                                                                     : request.experiment_id()));
  v1::RunInfo info;
  ASSIGN_OR_RETURN(*info.mutable_run_name(), NameOfNewRun(request));
  ASSIGN_OR_RETURN(const store::RunTags tags, TagsOfNewRun(request, info.run_name()));
  info.set_run_id(request.run_id().empty() ? NewRunId() : request.run_id());
  info.set_user_id(request.user_id());
  info.set_status(v1::RUNNING);
  const int64_t now_ms = clock_.NowMs();
  info.set_start_time(request.start_time());

  auto run = database_.Write(call.deadline, [&](db::Transaction& txn) -> StatusOr<v1::Run> {
    ASSIGN_OR_RETURN(const std::string made,
                     store::Requests().Claim(txn, call.workspace, kCreateRun, request.request_id(),
                                             info.run_id(), now_ms));
    if (made == info.run_id()) {
      RETURN_IF_ERROR(LockActiveExperiment(txn, call.workspace, experiment_id));
      RETURN_IF_ERROR(store::InsertRun(txn, call.workspace, experiment_id, info));
      RETURN_IF_ERROR(store::SetRunTags(txn, call.workspace, info.run_id(), tags));
    }
    v1::Run result;
    ASSIGN_OR_RETURN(*result.mutable_info(), ReadInfo(txn, call, made));
    RETURN_IF_ERROR(
        store::ReadRunTags(txn, call.workspace, made, result.mutable_data()->mutable_tags()));
    result.mutable_inputs();
    return result;
  });
  if (absl::IsAlreadyExists(run.status())) {
    return absl::AlreadyExistsError(fmt::format("Run with id={} already exists.", info.run_id()));
  }
  RETURN_IF_ERROR(run);
  v1::CreateRunResponse response;
  *response.mutable_run() = *std::move(run);
  return response;
}

StatusOr<v1::GetRunResponse> Runs::Get(const CallContext& call, const v1::GetRunRequest& request) {
  ASSIGN_OR_RETURN(const std::string run_id, RunIdOf(request));
  v1::GetRunResponse response;
  ASSIGN_OR_RETURN(*response.mutable_run(),
                   database_.Read(call.deadline, [&](db::Transaction& txn) {
                     return ReadRun(txn, call, run_id);
                   }));
  return response;
}

StatusOr<v1::UpdateRunResponse> Runs::Update(const CallContext& call,
                                             const v1::UpdateRunRequest& request) {
  ASSIGN_OR_RETURN(const std::string run_id, RunIdOf(request));
  RETURN_IF_ERROR(CheckStatus(request));
  store::RunChange change;
  if (request.status() != v1::RUN_STATUS_UNSPECIFIED) change.status = request.status();
  if (request.has_end_time()) change.end_time_ms = request.end_time();
  if (!request.run_name().empty()) change.name = request.run_name();
  store::RunTags name_tag;
  if (change.name) SetNameTag(*change.name, &name_tag);

  v1::UpdateRunResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_run_info(),
      database_.Write(call.deadline, [&](db::Transaction& txn) -> StatusOr<v1::RunInfo> {
        RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, run_id, store::Lock::kExclusive));
        RETURN_IF_ERROR(store::UpdateRun(txn, call.workspace, run_id, change));
        RETURN_IF_ERROR(store::SetRunTags(txn, call.workspace, run_id, name_tag));
        return ReadInfo(txn, call, run_id);
      }));
  return response;
}

StatusOr<v1::DeleteRunResponse> Runs::Delete(const CallContext& call,
                                             const v1::DeleteRunRequest& request) {
  RETURN_IF_ERROR(SetStage(call, request.run_id(), store::kDeleted));
  return v1::DeleteRunResponse();
}

StatusOr<v1::RestoreRunResponse> Runs::Restore(const CallContext& call,
                                               const v1::RestoreRunRequest& request) {
  RETURN_IF_ERROR(SetStage(call, request.run_id(), store::kActive));
  return v1::RestoreRunResponse();
}

StatusOr<v1::RunInfo> Runs::ReadInfo(db::Transaction& txn, const CallContext& call,
                                     const std::string& run_id) const {
  ASSIGN_OR_RETURN(auto row, store::FindRun(txn, call.workspace, run_id));
  if (!row) return RunNotFound(run_id);
  v1::RunInfo info = std::move(row->info);
  info.set_artifact_uri(locations_.OfRun(info.experiment_id(), row->artifact_location, run_id));
  return info;
}

StatusOr<v1::Run> Runs::ReadRun(db::Transaction& txn, const CallContext& call,
                                const std::string& run_id) const {
  v1::Run run;
  ASSIGN_OR_RETURN(*run.mutable_info(), ReadInfo(txn, call, run_id));
  v1::RunData* data = run.mutable_data();
  RETURN_IF_ERROR(metrics_.ReadLatest(txn, call.workspace, run_id, data->mutable_metrics()));
  RETURN_IF_ERROR(store::ReadParams(txn, call.workspace, run_id, data->mutable_params()));
  RETURN_IF_ERROR(store::ReadRunTags(txn, call.workspace, run_id, data->mutable_tags()));
  RETURN_IF_ERROR(store::ReadInputsAndOutputs(txn, call.workspace, run_id, &run));
  return run;
}

Status Runs::SetStage(const CallContext& call, const std::string& run_id, std::string_view stage) {
  return database_.Write(call.deadline, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto run,
                     store::LockRun(txn, call.workspace, run_id, store::Lock::kExclusive));
    if (!run) return RunNotFound(run_id);
    const auto deleted_ms = stage == store::kDeleted ? std::optional(clock_.NowMs()) : std::nullopt;
    return store::SetRunStage(txn, call.workspace, run_id, stage, deleted_ms);
  });
}

}  // namespace rookery::tracking
