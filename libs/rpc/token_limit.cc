#include "libs/rpc/token_limit.h"

#include <absl/time/time.h>
#include <grpc/grpc.h>
#include <grpcpp/server_context.h>

namespace rookery::rpc {
namespace {

std::shared_ptr<grpc_call> Hold(grpc_call* call) {
  grpc_call_ref(call);
  return {call, grpc_call_unref};
}

}  // namespace

TokenLimit::TokenLimit(grpc::ServerContextBase& context) : call_(Hold(context.c_call())) {}

void TokenLimit::Begin(const KnownWorkspaces& workspaces, const CallContext& call) {
  const absl::Time end = workspaces.EndOf(call);
  if (end == absl::InfiniteFuture()) return;
  alarm_.Set(absl::ToChronoTime(end), [held = call_](bool rang) {
    if (!rang) return;
    grpc_call_cancel_with_status(
        held.get(), GRPC_STATUS_UNAUTHENTICATED,
        "The token with which the stream began has expired. Begin again with a new one.", nullptr);
  });
}

}  // namespace rookery::rpc
