#include "services/tracking/domain/lifecycle.h"

#include <fmt/format.h>

#include "services/tracking/store/experiment_store.h"

namespace rookery::tracking {

Status MustBeActive(std::string_view what, std::string_view id, std::string_view stage) {
  if (stage == store::kActive) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format(
      "The {} {} must be in the 'active' state. Current state is {}.", what, id, stage));
}

Status ExperimentNotFound(std::string_view experiment_id) {
  return absl::NotFoundError(fmt::format("No Experiment with id={} exists", experiment_id));
}

Status RunNotFound(std::string_view run_id) {
  return absl::NotFoundError(fmt::format("Run with id={} not found", run_id));
}

Status LoggedModelNotFound(std::string_view model_id) {
  return absl::NotFoundError(fmt::format("Logged model with ID '{}' not found.", model_id));
}

Status WorkspaceNotFound(std::string_view name) {
  return absl::NotFoundError(fmt::format("Workspace '{}' not found.", name));
}

Status LockActiveExperiment(db::Transaction& txn, std::string_view workspace,
                            int64_t experiment_id) {
  ASSIGN_OR_RETURN(const auto stage, store::LockExperiment(txn, workspace, experiment_id));
  if (!stage) return ExperimentNotFound(std::to_string(experiment_id));
  return MustBeActive("experiment", std::to_string(experiment_id), *stage);
}

StatusOr<store::LockedRun> LockActiveRun(db::Transaction& txn, std::string_view workspace,
                                         const std::string& run_id, store::Lock lock) {
  ASSIGN_OR_RETURN(const auto run, store::LockRun(txn, workspace, run_id, lock));
  if (!run) return RunNotFound(run_id);
  RETURN_IF_ERROR(MustBeActive("run", run_id, run->lifecycle_stage));
  return *run;
}

}  // namespace rookery::tracking
