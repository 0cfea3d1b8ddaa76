// From gRPC's server context to ours.
#pragma once

#include <absl/functional/function_ref.h>
#include <absl/time/time.h>
#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>

#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"

namespace rookery::rpc {

// Metadata keys. gRPC wants them in lower case.
inline constexpr char kAuthorizationKey[] = "authorization";
inline constexpr char kWorkspaceKey[] = "rookery-workspace";
inline constexpr char kRequestIdKey[] = "x-request-id";
inline constexpr char kTraceparentKey[] = "traceparent";
// In the initial metadata of a stream whose first message may be long in coming: the request was
// taken.
inline constexpr char kAcceptedKey[] = "rookery-accepted";

// What the metadata says, of which `metadata` gives the value of a key, or ""; ids that are absent
// or unfit are made. NOT_FOUND: no workspace can have such a name. All else is in `call` even then.
// Whether there is the workspace, KnownWorkspaces knows.
Status ReadCallContext(absl::FunctionRef<std::string(const char* key)> metadata,
                       absl::Time deadline, CallContext* call);
Status ReadCallContext(const grpc::ServerContextBase& context, CallContext* call);

// For a call to another service in the course of this one: the same workspace, ids and caller. The
// deadline is the caller's to set.
void PassOn(const CallContext& call, grpc::ClientContext* context);

// Of a call that came in.
absl::Time DeadlineOf(const grpc::ServerContextBase& context);
// The value of a metadata key, or "".
std::string Metadata(const grpc::ServerContextBase& context, const char* key);

}  // namespace rookery::rpc
