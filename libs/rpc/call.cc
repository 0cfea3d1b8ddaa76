#include "libs/rpc/call.h"

#include <fmt/format.h>

#include <chrono>

#include "libs/base/ids.h"

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

StatusOr<CallContext> ReadCallContext(const grpc::ServerContextBase& context) {
  CallContext call;
  call.deadline = Deadline(context);
  call.request_id = Metadata(context, kRequestIdKey);
  if (call.request_id.empty()) call.request_id = NewRequestId();
  const std::string workspace = Metadata(context, kWorkspaceKey);
  if (!workspace.empty() && workspace != kDefaultWorkspace) {
    return absl::NotFoundError(fmt::format(
        "Workspace '{}' not found. This server has the workspace 'default' alone.", workspace));
  }
  return call;
}

}  // namespace rookery::rpc
