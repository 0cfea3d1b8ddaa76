#include "libs/rpc/call.h"

#include <chrono>
#include <memory>
#include <utility>

#include "libs/base/ids.h"
#include "libs/base/trace.h"
#include "libs/rpc/known_workspaces.h"

namespace rookery::rpc {
namespace {

absl::Time Deadline(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

}  // namespace

std::string Metadata(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return "";
  return {found->second.data(), found->second.size()};
}

Status ReadCallContext(const grpc::ServerContextBase& context, CallContext* call) {
  call->deadline = Deadline(context);
  call->request_id = Metadata(context, kRequestIdKey);
  if (!IsUsableRequestId(call->request_id)) call->request_id = NewRequestId();
  auto traceparent = ParseTraceparent(Metadata(context, kTraceparentKey));
  call->traceparent = traceparent ? *std::move(traceparent) : NewTraceparent();
  if (std::string shown = Metadata(context, kAuthorizationKey); !shown.empty()) {
    call->authorization = std::make_shared<const std::string>(std::move(shown));
  }
  std::string workspace = Metadata(context, kWorkspaceKey);
  if (workspace.empty()) return absl::OkStatus();
  if (!IsValidWorkspaceName(workspace)) return WorkspaceNotFound(workspace);
  call->workspace = std::move(workspace);
  return absl::OkStatus();
}

void PassOn(const CallContext& call, grpc::ClientContext* context) {
  context->AddMetadata(kWorkspaceKey, call.workspace);
  context->AddMetadata(kRequestIdKey, call.request_id);
  context->AddMetadata(kTraceparentKey, call.traceparent);
  if (call.authorization) context->AddMetadata(kAuthorizationKey, *call.authorization);
}

}  // namespace rookery::rpc
