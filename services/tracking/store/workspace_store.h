// Rows of workspaces. What may be deleted, and the wording, are the domain's.
#pragma once

#include <rookery/tracking/v1/workspace.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// With whom it allows; false if the name is taken, by a hidden workspace perhaps.
StatusOr<bool> InsertWorkspace(db::Transaction& txn, const v1::Workspace& workspace);

// The name of the workspace, hidden or not, that is called so but for case.
StatusOr<std::optional<std::string>> FindWorkspaceLike(db::Transaction& txn, std::string_view name);

// Hidden workspaces are not found by these.
StatusOr<bool> WorkspaceExists(db::Transaction& txn, std::string_view name);
StatusOr<std::optional<v1::Workspace>> FindWorkspace(db::Transaction& txn, std::string_view name);
StatusOr<std::vector<v1::Workspace>> ListWorkspaces(db::Transaction& txn);

// Puts the workspace's list of whom it allows in the place of the one that it has.
Status ReplaceAllows(db::Transaction& txn, const v1::Workspace& workspace);

// The same, held until the transaction ends: shared with those that add to it, or alone.
StatusOr<bool> ShareWorkspace(db::Transaction& txn, std::string_view name);
StatusOr<bool> LockWorkspace(db::Transaction& txn, std::string_view name);

struct WorkspaceHoldings {
  // Without the one that is named `default_experiment`.
  int64_t experiments = 0;
  int64_t runs = 0;
  int64_t logged_models = 0;
};
StatusOr<WorkspaceHoldings> CountHoldings(db::Transaction& txn, std::string_view name,
                                          std::string_view default_experiment);

// False if it is not there, or not hidden.
StatusOr<bool> HideWorkspace(db::Transaction& txn, std::string_view name, int64_t now_ms);
StatusOr<bool> UnhideWorkspace(db::Transaction& txn, std::string_view name);

// With its experiments, which must hold nothing.
Status RemoveWorkspace(db::Transaction& txn, std::string_view name);

}  // namespace rookery::tracking::store
