#include "services/standalone/workspace_command.h"

#include <fmt/format.h>

#include <memory>

#include "libs/base/clock.h"
#include "libs/db/database.h"
#include "libs/db/migrate.h"
#include "services/registry/store/registered_model_store.h"
#include "services/registry/store/schema.h"
#include "services/standalone/allowed_identity.h"
#include "services/tracking/domain/workspaces.h"
#include "services/tracking/store/schema.h"

namespace rookery::standalone {
namespace {

// Makes the tables, and `default`, in a database that has none, as a server does.
StatusOr<std::unique_ptr<db::Database>> OpenTracking(const WorkspaceOptions& options) {
  ASSIGN_OR_RETURN(auto database, db::Database::Open(options.backend_store_uri, {}));
  RETURN_IF_ERROR(db::CreateOrCheck(*database, tracking::store::TrackingSchema()));
  RETURN_IF_ERROR(tracking::Workspaces(*database, Clock::Real()).EnsureDefault());
  return database;
}

StatusOr<int64_t> CountRegisteredModels(const WorkspaceOptions& options) {
  const std::string& uri =
      options.registry_store_uri.empty() ? options.backend_store_uri : options.registry_store_uri;
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(uri, {}));
  RETURN_IF_ERROR(db::CreateOrCheck(*database, registry::store::RegistrySchema()));
  return database->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return registry::store::CountRegisteredModels(txn, options.name);
  });
}

std::string Describe(const tracking::v1::Workspace& workspace) {
  std::string line = fmt::format("{}  id={}", workspace.name(), workspace.workspace_id());
  if (!workspace.subscription_id().empty()) {
    line += fmt::format("  subscription={}", workspace.subscription_id());
  }
  if (!workspace.resource_group().empty()) {
    line += fmt::format("  resource-group={}", workspace.resource_group());
  }
  for (const auto& identity : workspace.allow()) {
    line += fmt::format("  allow={}", FormatAllowedIdentity(identity));
  }
  return line;
}

}  // namespace

Status CreateWorkspace(const WorkspaceOptions& options) {
  tracking::v1::CreateWorkspaceRequest request;
  request.set_name(options.name);
  request.set_subscription_id(options.subscription_id);
  request.set_resource_group(options.resource_group);
  for (const std::string& allow : options.allow) {
    ASSIGN_OR_RETURN(*request.add_allow(), ParseAllowedIdentity(allow));
  }
  ASSIGN_OR_RETURN(const auto database, OpenTracking(options));
  ASSIGN_OR_RETURN(const auto response,
                   tracking::Workspaces(*database, Clock::Real()).Create({}, request));
  fmt::print("created {}\n", Describe(response.workspace()));
  return absl::OkStatus();
}

Status ListWorkspaces(const WorkspaceOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenTracking(options));
  ASSIGN_OR_RETURN(const auto response,
                   tracking::Workspaces(*database, Clock::Real()).List({}, {}));
  for (const auto& workspace : response.workspaces()) fmt::print("{}\n", Describe(workspace));
  return absl::OkStatus();
}

Status SetWorkspaceAllow(const WorkspaceOptions& options) {
  tracking::v1::SetWorkspaceAllowRequest request;
  request.set_name(options.name);
  for (const std::string& allow : options.allow) {
    ASSIGN_OR_RETURN(*request.add_allow(), ParseAllowedIdentity(allow));
  }
  ASSIGN_OR_RETURN(const auto database, OpenTracking(options));
  ASSIGN_OR_RETURN(const auto response,
                   tracking::Workspaces(*database, Clock::Real()).SetAllow({}, request));
  fmt::print("changed {}\n", Describe(response.workspace()));
  return absl::OkStatus();
}

Status DeleteWorkspace(const WorkspaceOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenTracking(options));
  tracking::Workspaces workspaces(*database, Clock::Real());
  tracking::v1::GetWorkspaceRequest named;
  named.set_name(options.name);
  RETURN_IF_ERROR(workspaces.Get({}, named));
  ASSIGN_OR_RETURN(const int64_t models, CountRegisteredModels(options));
  if (models > 0 && !options.force) {
    return absl::FailedPreconditionError(
        fmt::format("Workspace '{}' holds {} registered models. --force hides it with them.",
                    options.name, models));
  }
  tracking::v1::DeleteWorkspaceRequest request;
  request.set_name(options.name);
  request.set_force(options.force);
  RETURN_IF_ERROR(workspaces.Delete({}, request));
  fmt::print("deleted {}\n", options.name);
  return absl::OkStatus();
}

Status RestoreWorkspace(const WorkspaceOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenTracking(options));
  tracking::v1::RestoreWorkspaceRequest request;
  request.set_name(options.name);
  RETURN_IF_ERROR(tracking::Workspaces(*database, Clock::Real()).Restore({}, request));
  fmt::print("restored {}\n", options.name);
  return absl::OkStatus();
}

}  // namespace rookery::standalone
