// What may be done with workspaces.
#pragma once

#include <rookery/tracking/v1/workspace.pb.h>

#include <string>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/identity.h"
#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::tracking {

// The behaviour of WorkspaceService, method by method; the proto says what each does and which
// errors it has. Thread-safe. What is passed in must outlive it.
class Workspaces {
 public:
  Workspaces(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Makes the workspace `default` with its experiment "0", if they are not there. Called once, at
  // start.
  Status EnsureDefault();

  // Who is allowed in the call's workspace. NOT_FOUND: there is none.
  StatusOr<AllowList> Find(const CallContext& call);

  StatusOr<v1::CreateWorkspaceResponse> Create(const CallContext& call,
                                               const v1::CreateWorkspaceRequest& request);
  StatusOr<v1::GetWorkspaceResponse> Get(const CallContext& call,
                                         const v1::GetWorkspaceRequest& request);
  StatusOr<v1::ListWorkspacesResponse> List(const CallContext& call,
                                            const v1::ListWorkspacesRequest& request);
  StatusOr<v1::SetWorkspaceAllowResponse> SetAllow(const CallContext& call,
                                                   const v1::SetWorkspaceAllowRequest& request);
  StatusOr<v1::DeleteWorkspaceResponse> Delete(const CallContext& call,
                                               const v1::DeleteWorkspaceRequest& request);
  StatusOr<v1::RestoreWorkspaceResponse> Restore(const CallContext& call,
                                                 const v1::RestoreWorkspaceRequest& request);

 private:
  Status Insert(db::Transaction& txn, const v1::Workspace& workspace, int64_t experiment_id);

  db::Database& database_;
  const Clock& clock_;
};

}  // namespace rookery::tracking
