// The transport of workspaces: one line an RPC.
#pragma once

#include <rookery/tracking/v1/workspace_service.grpc.pb.h>

#include "libs/rpc/unary.h"
#include "services/tracking/domain/workspaces.h"

namespace rookery::tracking {

// `unary` is about all workspaces: the domain says who may call what.
class WorkspaceService final : public v1::WorkspaceService::CallbackService {
 public:
  WorkspaceService(Workspaces& workspaces, const rpc::Unary& unary)
      : workspaces_(workspaces), unary_(unary) {}

 private:
  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* CreateWorkspace(Context* context, const v1::CreateWorkspaceRequest* request,
                           v1::CreateWorkspaceResponse* response) override {
    return unary_(context, request, response, workspaces_, &Workspaces::Create);
  }
  Reactor* GetWorkspace(Context* context, const v1::GetWorkspaceRequest* request,
                        v1::GetWorkspaceResponse* response) override {
    return unary_(context, request, response, workspaces_, &Workspaces::Get);
  }
  Reactor* ListWorkspaces(Context* context, const v1::ListWorkspacesRequest* request,
                          v1::ListWorkspacesResponse* response) override {
    return unary_(context, request, response, workspaces_, &Workspaces::List);
  }
  Reactor* SetWorkspaceAllow(Context* context, const v1::SetWorkspaceAllowRequest* request,
                             v1::SetWorkspaceAllowResponse* response) override {
    return unary_(context, request, response, workspaces_, &Workspaces::SetAllow);
  }
  Reactor* DeleteWorkspace(Context* context, const v1::DeleteWorkspaceRequest* request,
                           v1::DeleteWorkspaceResponse* response) override {
    return unary_(context, request, response, workspaces_, &Workspaces::Delete);
  }
  Reactor* RestoreWorkspace(Context* context, const v1::RestoreWorkspaceRequest* request,
                            v1::RestoreWorkspaceResponse* response) override {
    return unary_(context, request, response, workspaces_, &Workspaces::Restore);
  }

  Workspaces& workspaces_;
  const rpc::Unary& unary_;
};

}  // namespace rookery::tracking
