#include "services/tracking/domain/experiments.h"

#include <fmt/format.h>

#include "libs/base/ids.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/request_store.h"
#include "services/tracking/store/workspace_store.h"

namespace rookery::tracking {
namespace {

constexpr char kCreateExperiment[] = "CreateExperiment";

Status CheckNewExperiment(const v1::CreateExperimentRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckExperimentName(request.name()));
  RETURN_IF_ERROR(CheckArtifactLocation(request.artifact_location()));
  for (const auto& tag : request.tags()) {
    RETURN_IF_ERROR(CheckExperimentTag(tag.key(), tag.value()));
  }
  return absl::OkStatus();
}

Status CheckNewName(const std::string& name) {
  if (name.empty()) return MissingValue("new_name");
  return CheckExperimentName(name);
}

StatusOr<int64_t> NewOrGivenId(const std::string& given, const Clock& clock) {
  if (given.empty()) return NewExperimentId(clock);
  ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(given));
  if (id > 0) return id;
  return absl::InvalidArgumentError(fmt::format(
      "Invalid experiment ID '{}'. An ID that a caller makes must be positive.", given));
}

Status NameTaken(std::string_view name) {
  return absl::AlreadyExistsError(
      fmt::format("Experiment(name={}) already exists. Error: the name belongs to another "
                  "experiment of this workspace, perhaps a deleted one.",
                  name));
}

// Calls learn of a deleted workspace some seconds late. An experiment, without which there is no
// run and no logged model, must not be made in one. `default` is never deleted.
Status HoldWorkspace(db::Transaction& txn, const std::string& name) {
  if (name == kDefaultWorkspace) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool exists, store::ShareWorkspace(txn, name));
  return exists ? absl::OkStatus() : WorkspaceNotFound(name);
}

// Only the name and the id are unique; says which was taken.
Status WhichIsTaken(const Status& status, const v1::CreateExperimentRequest& request,
                    bool id_is_taken) {
  if (!absl::IsAlreadyExists(status)) return status;
  if (!id_is_taken) return NameTaken(request.name());
  return absl::AlreadyExistsError(
      fmt::format("Experiment(id={}) already exists.", request.experiment_id()));
}

}  // namespace

StatusOr<v1::CreateExperimentResponse> Experiments::Create(
    const CallContext& call, const v1::CreateExperimentRequest& request) {
  RETURN_IF_ERROR(CheckNewExperiment(request));
  ASSIGN_OR_RETURN(const int64_t id, NewOrGivenId(request.experiment_id(), clock_));
  const int64_t now_ms = clock_.NowMs();
  auto created = database_.Write(call, [&](db::Transaction& txn) -> StatusOr<std::string> {
    RETURN_IF_ERROR(HoldWorkspace(txn, call.workspace));
    const std::string own = std::to_string(id);
    ASSIGN_OR_RETURN(std::string made,
                     store::Requests().Claim(txn, call.workspace, kCreateExperiment,
                                             request.request_id(), own, now_ms));
    if (made != own) return made;
    RETURN_IF_ERROR(store::InsertExperiment(txn, call.workspace, id, request, now_ms));
    return made;
  });
  if (absl::IsAlreadyExists(created.status())) {
    ASSIGN_OR_RETURN(const auto same_id, database_.ReadOnce(call, [&](db::Transaction& txn) {
      return store::FindExperiment(txn, call.workspace, id);
    }));
    return WhichIsTaken(created.status(), request, same_id.has_value());
  }
  RETURN_IF_ERROR(created);
  v1::CreateExperimentResponse response;
  response.set_experiment_id(*created);
  return response;
}

StatusOr<v1::GetExperimentResponse> Experiments::Get(const CallContext& call,
                                                     const v1::GetExperimentRequest& request) {
  ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(request.experiment_id()));
  ASSIGN_OR_RETURN(auto experiment, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::FindExperiment(txn, call.workspace, id);
  }));
  if (!experiment) return ExperimentNotFound(request.experiment_id());
  WriteLocation(call, &*experiment);
  v1::GetExperimentResponse response;
  *response.mutable_experiment() = *std::move(experiment);
  return response;
}

StatusOr<v1::GetExperimentByNameResponse> Experiments::GetByName(
    const CallContext& call, const v1::GetExperimentByNameRequest& request) {
  ASSIGN_OR_RETURN(auto experiment, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::FindExperimentByName(txn, call.workspace, request.experiment_name());
  }));
  if (!experiment) {
    return absl::NotFoundError(
        fmt::format("Could not find experiment with name '{}'", request.experiment_name()));
  }
  WriteLocation(call, &*experiment);
  v1::GetExperimentByNameResponse response;
  *response.mutable_experiment() = *std::move(experiment);
  return response;
}

StatusOr<v1::UpdateExperimentResponse> Experiments::Update(
    const CallContext& call, const v1::UpdateExperimentRequest& request) {
  ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(request.experiment_id()));
  RETURN_IF_ERROR(CheckNewName(request.new_name()));
  const Status renamed = database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto stage, store::LockExperiment(txn, call.workspace, id));
    if (!stage) return ExperimentNotFound(request.experiment_id());
    if (*stage != store::kActive) {
      return absl::FailedPreconditionError("Cannot rename a non-active experiment.");
    }
    return store::RenameExperiment(txn, call.workspace, id, request.new_name(), clock_.NowMs());
  });
  if (absl::IsAlreadyExists(renamed)) return NameTaken(request.new_name());
  RETURN_IF_ERROR(renamed);
  return v1::UpdateExperimentResponse();
}

StatusOr<v1::DeleteExperimentResponse> Experiments::Delete(
    const CallContext& call, const v1::DeleteExperimentRequest& request) {
  RETURN_IF_ERROR(Move(call, request.experiment_id(), store::kActive, store::kDeleted));
  return v1::DeleteExperimentResponse();
}

StatusOr<v1::RestoreExperimentResponse> Experiments::Restore(
    const CallContext& call, const v1::RestoreExperimentRequest& request) {
  RETURN_IF_ERROR(Move(call, request.experiment_id(), store::kDeleted, store::kActive));
  return v1::RestoreExperimentResponse();
}

StatusOr<v1::SetExperimentTagResponse> Experiments::SetTag(
    const CallContext& call, const v1::SetExperimentTagRequest& request) {
  RETURN_IF_ERROR(CheckExperimentTag(request.key(), request.value()));
  ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(request.experiment_id()));
  google::protobuf::RepeatedPtrField<v1::ExperimentTag> tags;
  tags.Add()->set_key(request.key());
  tags[0].set_value(request.value());
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveExperiment(txn, call.workspace, id));
    return store::SetExperimentTags(txn, call.workspace, id, tags);
  }));
  return v1::SetExperimentTagResponse();
}

StatusOr<v1::DeleteExperimentTagResponse> Experiments::DeleteTag(
    const CallContext& call, const v1::DeleteExperimentTagRequest& request) {
  ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(request.experiment_id()));
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(LockActiveExperiment(txn, call.workspace, id));
    ASSIGN_OR_RETURN(const bool deleted,
                     store::DeleteExperimentTag(txn, call.workspace, id, request.key()));
    if (deleted) return absl::OkStatus();
    return absl::NotFoundError(fmt::format("No tag with name: {} in experiment with id {}",
                                           request.key(), request.experiment_id()));
  }));
  return v1::DeleteExperimentTagResponse();
}

Status Experiments::Move(const CallContext& call, const std::string& experiment_id,
                         std::string_view from, std::string_view to) {
  ASSIGN_OR_RETURN(const int64_t id, ParseExperimentId(experiment_id));
  return database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const bool moved,
                     store::MoveExperiment(txn, call.workspace, id, from, to, clock_.NowMs()));
    return moved ? absl::OkStatus() : ExperimentNotFound(experiment_id);
  });
}

void Experiments::WriteLocation(const CallContext& call, v1::Experiment* experiment) const {
  const auto own = experiment->has_artifact_location()
                       ? std::optional(experiment->artifact_location())
                       : std::nullopt;
  experiment->set_artifact_location(
      locations_.OfExperiment(call.workspace, experiment->experiment_id(), own));
}

}  // namespace rookery::tracking
