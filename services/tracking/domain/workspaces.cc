#include "services/tracking/domain/workspaces.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "libs/base/ids.h"
#include "libs/workspaces/allow_list.h"
#include "services/tracking/domain/default_experiment.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/workspace_store.h"

namespace rookery::tracking {
namespace {

constexpr int kMaxAllows = 1000;
constexpr size_t kMaxTextBytes = 256;

Status CheckText(std::string_view field, std::string_view text) {
  if (text.size() <= kMaxTextBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("'{}' has {} bytes. Shorten it to {}.", field, text.size(), kMaxTextBytes));
}

Status CheckIdentity(const v1::AllowedIdentity& identity) {
  RETURN_IF_ERROR(CheckText("allow.tenant", identity.tenant()));
  RETURN_IF_ERROR(CheckText("allow.app", identity.app()));
  RETURN_IF_ERROR(CheckText("allow.oid", identity.oid()));
  if (identity.tenant().empty() && identity.app().empty() && identity.oid().empty()) {
    return absl::InvalidArgumentError(
        "An entry of 'allow' names nobody. Give it a tenant, an app or an oid.");
  }
  return absl::OkStatus();
}

template <typename Request>
Status CheckAllow(const Request& request) {
  if (request.allow_size() > kMaxAllows) {
    return absl::InvalidArgumentError(
        fmt::format("'allow' has {} entries and may have {}.", request.allow_size(), kMaxAllows));
  }
  for (const auto& identity : request.allow()) RETURN_IF_ERROR(CheckIdentity(identity));
  return absl::OkStatus();
}

// Where callers are asked who they are, none of them looks after workspaces: a token says who
// somebody is, and nothing yet says who is an operator.
Status CheckAdministrator(const CallContext& call) {
  if (call.caller == nullptr) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "Workspaces are looked after by `rookery workspace`, on the database, not with a token.");
}

Status CheckNew(const v1::CreateWorkspaceRequest& request) {
  if (!IsValidWorkspaceName(request.name())) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid workspace name '{}'. Choose 2 to 63 letters, digits, '_' and '-', "
                    "beginning with a letter or digit.",
                    request.name()));
  }
  RETURN_IF_ERROR(CheckText("subscription_id", request.subscription_id()));
  RETURN_IF_ERROR(CheckText("resource_group", request.resource_group()));
  return CheckAllow(request);
}

Status NameTaken(std::string_view name, std::string_view by) {
  return absl::AlreadyExistsError(fmt::format(
      "The name '{}' belongs to the workspace '{}', which may be a deleted one.", name, by));
}

Status HoldsSomething(std::string_view name, const store::WorkspaceHoldings& held) {
  return absl::FailedPreconditionError(
      fmt::format("Workspace '{}' holds {} experiments beside its Default, {} runs and {} logged "
                  "models. Force its deletion to hide it with them.",
                  name, held.experiments, held.runs, held.logged_models));
}

}  // namespace

Status Workspaces::EnsureDefault() {
  const auto read = [](db::Transaction& txn) -> StatusOr<bool> {
    ASSIGN_OR_RETURN(const bool exists, store::WorkspaceExists(txn, kDefaultWorkspace));
    if (!exists) return false;
    ASSIGN_OR_RETURN(const auto experiment,
                     store::FindExperiment(txn, kDefaultWorkspace, kDefaultExperimentId));
    return experiment.has_value();
  };
  ASSIGN_OR_RETURN(const bool complete, database_.Read(absl::InfiniteFuture(), read));
  if (complete) return absl::OkStatus();
  v1::Workspace workspace;
  workspace.set_name(kDefaultWorkspace);
  workspace.set_workspace_id(NewGuid());
  workspace.set_creation_time(clock_.NowMs());
  return database_.Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return Insert(txn, workspace, kDefaultExperimentId);
  });
}

StatusOr<AllowList> Workspaces::Find(const CallContext& call) {
  ASSIGN_OR_RETURN(const auto workspace, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::FindWorkspace(txn, call.workspace);
  }));
  if (!workspace) return WorkspaceNotFound(call.workspace);
  return AllowListOf(*workspace);
}

StatusOr<v1::CreateWorkspaceResponse> Workspaces::Create(
    const CallContext& call, const v1::CreateWorkspaceRequest& request) {
  RETURN_IF_ERROR(CheckAdministrator(call));
  RETURN_IF_ERROR(CheckNew(request));
  v1::CreateWorkspaceResponse response;
  v1::Workspace& workspace = *response.mutable_workspace();
  workspace.set_name(request.name());
  workspace.set_workspace_id(NewGuid());
  workspace.set_subscription_id(request.subscription_id());
  workspace.set_resource_group(request.resource_group());
  *workspace.mutable_allow() = request.allow();
  workspace.set_creation_time(clock_.NowMs());
  const int64_t experiment_id = NewExperimentId(clock_);
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const auto like, store::FindWorkspaceLike(txn, request.name()));
    if (like) return NameTaken(request.name(), *like);
    return Insert(txn, workspace, experiment_id);
  }));
  return response;
}

Status Workspaces::Insert(db::Transaction& txn, const v1::Workspace& workspace,
                          int64_t experiment_id) {
  ASSIGN_OR_RETURN(const bool inserted, store::InsertWorkspace(txn, workspace));
  // Each process makes `default` when it starts; of others, someone else was faster.
  if (!inserted && workspace.name() != kDefaultWorkspace) {
    return NameTaken(workspace.name(), workspace.name());
  }
  return store::InsertExperimentIfAbsent(txn, workspace.name(), experiment_id,
                                         kDefaultExperimentName, workspace.creation_time());
}

StatusOr<v1::GetWorkspaceResponse> Workspaces::Get(const CallContext& call,
                                                   const v1::GetWorkspaceRequest& request) {
  ASSIGN_OR_RETURN(auto workspace, database_.ReadOnce(call, [&](db::Transaction& txn) {
    return store::FindWorkspace(txn, request.name());
  }));
  if (!workspace) return WorkspaceNotFound(request.name());
  RETURN_IF_ERROR(CheckEntry(request.name(), AllowListOf(*workspace), call.caller.get()));
  v1::GetWorkspaceResponse response;
  *response.mutable_workspace() = *std::move(workspace);
  return response;
}

StatusOr<v1::ListWorkspacesResponse> Workspaces::List(const CallContext& call,
                                                      const v1::ListWorkspacesRequest&) {
  RETURN_IF_ERROR(CheckAdministrator(call));
  ASSIGN_OR_RETURN(auto workspaces, database_.ReadOnce(call, [](db::Transaction& txn) {
    return store::ListWorkspaces(txn);
  }));
  v1::ListWorkspacesResponse response;
  for (v1::Workspace& workspace : workspaces) *response.add_workspaces() = std::move(workspace);
  return response;
}

StatusOr<v1::SetWorkspaceAllowResponse> Workspaces::SetAllow(
    const CallContext& call, const v1::SetWorkspaceAllowRequest& request) {
  RETURN_IF_ERROR(CheckAdministrator(call));
  RETURN_IF_ERROR(CheckAllow(request));
  v1::SetWorkspaceAllowResponse response;
  v1::Workspace& workspace = *response.mutable_workspace();
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const bool exists, store::LockWorkspace(txn, request.name()));
    if (!exists) return WorkspaceNotFound(request.name());
    ASSIGN_OR_RETURN(auto found, store::FindWorkspace(txn, request.name()));
    workspace = *std::move(found);
    *workspace.mutable_allow() = request.allow();
    return store::ReplaceAllows(txn, workspace);
  }));
  return response;
}

StatusOr<v1::DeleteWorkspaceResponse> Workspaces::Delete(
    const CallContext& call, const v1::DeleteWorkspaceRequest& request) {
  RETURN_IF_ERROR(CheckAdministrator(call));
  const std::string& name = request.name();
  if (name == kDefaultWorkspace) {
    return absl::InvalidArgumentError("The workspace 'default' cannot be deleted.");
  }
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const bool exists, store::LockWorkspace(txn, name));
    if (!exists) return WorkspaceNotFound(name);
    ASSIGN_OR_RETURN(const auto held, store::CountHoldings(txn, name, kDefaultExperimentName));
    if (held.experiments + held.runs + held.logged_models == 0) {
      return store::RemoveWorkspace(txn, name);
    }
    if (!request.force()) return HoldsSomething(name, held);
    return store::HideWorkspace(txn, name, clock_.NowMs()).status();
  }));
  return v1::DeleteWorkspaceResponse();
}

StatusOr<v1::RestoreWorkspaceResponse> Workspaces::Restore(
    const CallContext& call, const v1::RestoreWorkspaceRequest& request) {
  RETURN_IF_ERROR(CheckAdministrator(call));
  ASSIGN_OR_RETURN(const bool restored, database_.Write(call, [&](db::Transaction& txn) {
    return store::UnhideWorkspace(txn, request.name());
  }));
  if (restored) return v1::RestoreWorkspaceResponse();
  return absl::NotFoundError(
      fmt::format("No workspace '{}' was deleted with what it held.", request.name()));
}

}  // namespace rookery::tracking
