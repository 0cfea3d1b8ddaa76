#include "services/tracking/domain/runs.h"

#include <fmt/format.h>

#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/run_ends.h"
#include "services/tracking/domain/run_info.h"
#include "services/tracking/domain/run_name.h"
#include "services/tracking/rules/run_id.h"
#include "services/tracking/rules/run_status.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/run_log_store.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {
namespace {

Status CheckStatus(const v1::UpdateRunRequest& request) {
  if (v1::RunStatus_IsValid(request.status())) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Invalid value {} for parameter 'status' supplied: there is no such run status.",
                  static_cast<int>(request.status())));
}

}  // namespace

StatusOr<v1::GetRunResponse> Runs::Get(const CallContext& call, const v1::GetRunRequest& request) {
  ASSIGN_OR_RETURN(const std::string run_id, RunIdOf(request));
  ASSIGN_OR_RETURN(auto row, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::FindRun(txn, call.workspace, run_id);
  }));
  if (!row) return RunNotFound(run_id);
  v1::GetRunResponse response;
  v1::Run* run = response.mutable_run();
  *run->mutable_info() = InfoOf(locations_, call.workspace, &*row);
  RETURN_IF_ERROR(contents_.Fill(call, {{run, row->version}}));
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
  store::ValuesOfRuns name_tag;
  if (change.name) name_tag[{run_id, kRunNameTag}] = *change.name;

  v1::UpdateRunResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_run_info(),
      database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::RunInfo> {
        RETURN_IF_ERROR(LockActiveRun(txn, call.workspace, run_id, store::Lock::kExclusive));
        RETURN_IF_ERROR(store::UpdateRun(txn, call.workspace, run_id, change));
        // It waits for no producer, and what waits is no longer meant.
        if (change.status) {
          const db::TextList runs = {run_id};
          const db::TextList none;
          const bool is_end = IsEnd(*change.status);
          RETURN_IF_ERROR(
              ForgetEnds(txn, call.workspace, is_end ? runs : none, is_end ? none : runs));
        }
        RETURN_IF_ERROR(store::SetTagsOfRuns(txn, call.workspace, name_tag));
        return ReadRunInfo(txn, locations_, call.workspace, run_id);
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

Status Runs::SetStage(const CallContext& call, const std::string& run_id, std::string_view stage) {
  return database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto run,
                     store::LockRun(txn, call.workspace, run_id, store::Lock::kExclusive));
    if (!run) return RunNotFound(run_id);
    const auto deleted_ms = stage == store::kDeleted ? std::optional(clock_.NowMs()) : std::nullopt;
    return store::SetRunStage(txn, call.workspace, run_id, stage, deleted_ms);
  });
}

}  // namespace rookery::tracking
