#include "services/tracking/store/workspace_store.h"

#include <utility>

#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

Status InsertAllows(db::Transaction& txn, const v1::Workspace& workspace) {
  std::vector<int64_t> positions;
  std::vector<std::string> tenants;
  std::vector<std::string> apps;
  std::vector<std::string> oids;
  for (const v1::AllowedIdentity& identity : workspace.allow()) {
    positions.push_back(static_cast<int64_t>(positions.size()));
    tenants.push_back(identity.tenant());
    apps.push_back(identity.app());
    oids.push_back(identity.oid());
  }
  return txn
      .ExecuteMany(sql::kInsertWorkspaceAllows, {std::string_view(workspace.name())},
                   {std::move(positions), std::move(tenants), std::move(apps), std::move(oids)})
      .status();
}

// From rows in which those of one workspace follow each other.
std::vector<v1::Workspace> ReadWorkspaces(const db::Rows& rows) {
  std::vector<v1::Workspace> workspaces;
  for (const db::Row& row : rows) {
    if (workspaces.empty() || workspaces.back().name() != row.Text(0)) {
      v1::Workspace& workspace = workspaces.emplace_back();
      workspace.set_name(std::string(row.Text(0)));
      workspace.set_workspace_id(std::string(row.Text(1)));
      workspace.set_subscription_id(std::string(row.Text(2)));
      workspace.set_resource_group(std::string(row.Text(3)));
      workspace.set_creation_time(row.Int(4));
    }
    if (row.IsNull(5)) continue;
    v1::AllowedIdentity* identity = workspaces.back().add_allow();
    if (!row.Text(5).empty()) identity->set_tenant(std::string(row.Text(5)));
    if (!row.Text(6).empty()) identity->set_app(std::string(row.Text(6)));
    if (!row.Text(7).empty()) identity->set_oid(std::string(row.Text(7)));
  }
  return workspaces;
}

StatusOr<bool> HasRow(db::Transaction& txn, const db::Statement& statement, std::string_view name) {
  ASSIGN_OR_RETURN(const auto row, txn.QueryOne(statement, {name}));
  return row.has_value();
}

}  // namespace

StatusOr<bool> InsertWorkspace(db::Transaction& txn, const v1::Workspace& workspace) {
  ASSIGN_OR_RETURN(
      const int64_t inserted,
      txn.Execute(sql::kInsertWorkspaceIfAbsent,
                  {std::string_view(workspace.name()), std::string_view(workspace.workspace_id()),
                   std::string_view(workspace.subscription_id()),
                   std::string_view(workspace.resource_group()), workspace.creation_time()}));
  if (inserted == 0) return false;
  RETURN_IF_ERROR(InsertAllows(txn, workspace));
  return true;
}

StatusOr<std::optional<std::string>> FindWorkspaceLike(db::Transaction& txn,
                                                       std::string_view name) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kFindWorkspaceLike, {name}));
  if (rows.empty()) return std::nullopt;
  return std::string(rows[0].Text(0));
}

StatusOr<bool> WorkspaceExists(db::Transaction& txn, std::string_view name) {
  return HasRow(txn, sql::kWorkspaceExists, name);
}

StatusOr<std::optional<v1::Workspace>> FindWorkspace(db::Transaction& txn, std::string_view name) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kGetWorkspace, {name}));
  std::vector<v1::Workspace> found = ReadWorkspaces(rows);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

StatusOr<std::vector<v1::Workspace>> ListWorkspaces(db::Transaction& txn) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListWorkspaces, {}));
  return ReadWorkspaces(rows);
}

Status ReplaceAllows(db::Transaction& txn, const v1::Workspace& workspace) {
  RETURN_IF_ERROR(
      txn.Execute(sql::kRemoveWorkspaceAllows, {std::string_view(workspace.name())}).status());
  return InsertAllows(txn, workspace);
}

StatusOr<bool> ShareWorkspace(db::Transaction& txn, std::string_view name) {
  return HasRow(txn, sql::kShareWorkspace, name);
}

StatusOr<bool> LockWorkspace(db::Transaction& txn, std::string_view name) {
  return HasRow(txn, sql::kLockWorkspace, name);
}

StatusOr<WorkspaceHoldings> CountHoldings(db::Transaction& txn, std::string_view name,
                                          std::string_view default_experiment) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kWorkspaceHoldings, {name, default_experiment}));
  return WorkspaceHoldings{rows[0].Int(0), rows[0].Int(1), rows[0].Int(2)};
}

StatusOr<bool> HideWorkspace(db::Transaction& txn, std::string_view name, int64_t now_ms) {
  ASSIGN_OR_RETURN(const int64_t hidden, txn.Execute(sql::kSetWorkspaceDeleted, {name, now_ms}));
  return hidden > 0;
}

StatusOr<bool> UnhideWorkspace(db::Transaction& txn, std::string_view name) {
  ASSIGN_OR_RETURN(const int64_t restored, txn.Execute(sql::kSetWorkspaceRestored, {name}));
  return restored > 0;
}

Status RemoveWorkspace(db::Transaction& txn, std::string_view name) {
  for (const db::Statement* statement :
       {&sql::kRemoveExperiments, &sql::kRemoveRequests, &sql::kRemoveProducers, &sql::kRemoveGaps,
        &sql::kRemoveWorkspace}) {
    RETURN_IF_ERROR(txn.Execute(*statement, {name}));
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking::store
