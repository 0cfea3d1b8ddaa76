// From gRPC's server context to ours.
#pragma once

#include <grpcpp/server_context.h>

#include "libs/base/call_context.h"
#include "libs/base/status.h"

namespace rookery::rpc {

// Metadata keys. gRPC wants them in lower case.
inline constexpr char kWorkspaceKey[] = "rookery-workspace";
inline constexpr char kRequestIdKey[] = "x-request-id";

// INVALID_ARGUMENT: the metadata names no valid workspace.
StatusOr<CallContext> ReadCallContext(const grpc::ServerContextBase& context);

// The value of a metadata key, or "".
std::string Metadata(const grpc::ServerContextBase& context, const char* key);

}  // namespace rookery::rpc
