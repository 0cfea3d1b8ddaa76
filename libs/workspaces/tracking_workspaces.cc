#include "libs/workspaces/tracking_workspaces.h"

#include <absl/time/clock.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <rookery/tracking/v1/workspace_service.grpc.pb.h>

#include <algorithm>
#include <utility>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"
#include "libs/workspaces/allow_list.h"

namespace rookery {
namespace {

// A caller that waits for ever must not hold a thread for ever.
constexpr absl::Duration kTimeout = absl::Seconds(10);

}  // namespace

rpc::KnownWorkspaces::Find AskTracking(std::function<std::shared_ptr<grpc::Channel>()> channel) {
  return [channel = std::move(channel)](const CallContext& call) -> StatusOr<AllowList> {
    const auto to_tracking = channel();
    if (to_tracking == nullptr) {
      return absl::UnavailableError("The tracking service has not started yet. Try again.");
    }
    // Not from within the workspace, which may not be there.
    CallContext asking = call;
    asking.workspace = kDefaultWorkspace;
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(std::min(call.deadline, absl::Now() + kTimeout)));
    rpc::PassOn(asking, &context);
    tracking::v1::GetWorkspaceRequest request;
    request.set_name(call.workspace);
    tracking::v1::GetWorkspaceResponse response;
    RETURN_IF_ERROR(rpc::FromGrpc(tracking::v1::WorkspaceService::NewStub(to_tracking)
                                      ->GetWorkspace(&context, request, &response)));
    return AllowListOf(response.workspace());
  };
}

}  // namespace rookery
