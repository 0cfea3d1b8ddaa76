#include "libs/rpc/call.h"

#include <chrono>
#include <memory>
#include <utility>

#include "libs/base/ids.h"
#include "libs/base/trace.h"
#include "libs/rpc/known_workspaces.h"

namespace rookery::rpc {

absl::Time DeadlineOf(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

std::string Metadata(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return "";
  return {found->second.data(), found->second.size()};
}

Status ReadCallContext(absl::FunctionRef<std::string(const char* key)> metadata,
                       absl::Time deadline, CallContext* call) {
  call->deadline = deadline;
  call->request_id = metadata(kRequestIdKey);
  if (!IsUsableRequestId(call->request_id)) call->request_id = NewRequestId();
  auto traceparent = ParseTraceparent(metadata(kTraceparentKey));
  call->traceparent = traceparent ? *std::move(traceparent) : NewTraceparent();
  if (std::string shown = metadata(kAuthorizationKey); !shown.empty()) {
    call->authorization = std::make_shared<const std::string>(std::move(shown));
  }
  std::string workspace = metadata(kWorkspaceKey);
  if (workspace.empty()) return absl::OkStatus();
  if (!IsValidWorkspaceName(workspace)) return WorkspaceNotFound(workspace);
  call->workspace = std::move(workspace);
  return absl::OkStatus();
}

Status ReadCallContext(const grpc::ServerContextBase& context, CallContext* call) {
  return ReadCallContext([&](const char* key) { return Metadata(context, key); },
                         DeadlineOf(context), call);
}

void PassOn(const CallContext& call, grpc::ClientContext* context) {
  context->AddMetadata(kWorkspaceKey, call.workspace);
  context->AddMetadata(kRequestIdKey, call.request_id);
  context->AddMetadata(kTraceparentKey, call.traceparent);
  if (call.authorization) context->AddMetadata(kAuthorizationKey, *call.authorization);
}

}  // namespace rookery::rpc
