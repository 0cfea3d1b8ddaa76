// Ends streams when their caller's token does.
#pragma once

#include <grpcpp/alarm.h>

#include <memory>

#include "libs/base/call_context.h"
#include "libs/rpc/known_workspaces.h"

struct grpc_call;

namespace grpc {
class ServerContextBase;
}

namespace rookery::rpc {

// For streams that last: a watch, an ingest. Cancels the call (UNAUTHENTICATED) once its caller's
// token is no longer accepted; with a new one the client begins again where it was. A member of the
// call's reactor, with which it ends; it holds no thread.
class TokenLimit {
 public:
  explicit TokenLimit(grpc::ServerContextBase& context);

  // Called at most once, when it is known who calls.
  void Begin(const KnownWorkspaces& workspaces, const CallContext& call);

 private:
  // gRPC's context dies with the reactor, its call lives as long as this: to cancel one that has
  // ended does nothing.
  const std::shared_ptr<grpc_call> call_;
  grpc::Alarm alarm_;
};

}  // namespace rookery::rpc
