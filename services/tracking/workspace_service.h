// The transport of workspaces: one line an RPC.
#pragma once

#include <rookery/tracking/v1/workspace_service.pb.h>

#include "libs/rpc/service.h"
#include "services/tracking/domain/workspaces.h"

namespace rookery::tracking {

// `unary` is about all workspaces: the domain says who may call what.
class WorkspaceService final : public rpc::Service {
 public:
  static constexpr char kName[] = "rookery.tracking.v1.WorkspaceService";

  WorkspaceService(Workspaces& workspaces, const rpc::Unary& unary) : Service(kName, unary) {
    On("CreateWorkspace", workspaces, &Workspaces::Create);
    On("GetWorkspace", workspaces, &Workspaces::Get);
    On("ListWorkspaces", workspaces, &Workspaces::List);
    On("SetWorkspaceAllow", workspaces, &Workspaces::SetAllow);
    On("DeleteWorkspace", workspaces, &Workspaces::Delete);
    On("RestoreWorkspace", workspaces, &Workspaces::Restore);
  }
};

}  // namespace rookery::tracking
