// `rookery workspace create | list | allow | delete | restore`.
#pragma once

#include <string>
#include <vector>

#include "libs/base/status.h"

namespace rookery::standalone {

struct WorkspaceOptions {
  std::string backend_store_uri = "sqlite:///rookery.db";
  // Where the registry has its tables, if that is another database.
  std::string registry_store_uri;
  std::string name;
  std::string subscription_id;
  std::string resource_group;
  // Each `tenant=...,app=...,oid=...`, or some of the three.
  std::vector<std::string> allow;
  bool force = false;
};

// Each works on the database, whether a server uses it or not, and says what it did.
// INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION: as WorkspaceService.
Status CreateWorkspace(const WorkspaceOptions& options);
Status ListWorkspaces(const WorkspaceOptions& options);
// `allow` takes the place of the list that there is.
Status SetWorkspaceAllow(const WorkspaceOptions& options);
// Registered models, too, must be forced.
Status DeleteWorkspace(const WorkspaceOptions& options);
Status RestoreWorkspace(const WorkspaceOptions& options);

}  // namespace rookery::standalone
