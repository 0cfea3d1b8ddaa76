// The border between absl::Status and gRPC's: used once on the way out and once on the way in.
#pragma once

#include <grpcpp/support/status.h>

#include "libs/base/status.h"

namespace rookery::rpc {

// The error code given by WithErrorCode travels as a google.rpc.ErrorInfo in the details. What may
// be retried (UNAVAILABLE, RESOURCE_EXHAUSTED) carries a google.rpc.RetryInfo.
grpc::Status ToGrpc(const Status& status);

// An UNAVAILABLE without details is gRPC's own. Its words name addresses, which are for the log;
// the caller gets others.
Status FromGrpc(const grpc::Status& status);

}  // namespace rookery::rpc
