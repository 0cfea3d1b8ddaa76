// Errors as Azure's clients read them.
#pragma once

#include <string>

#include "libs/transcode/error.h"

namespace rookery::gateway {

// The reply's body, which is MLflow's, and in the same object what Azure ML says of an error:
// `error` with a code and the message, `correlation` and `statusCode`. So both kinds of clients
// find theirs.
std::string AzureErrorBody(const transcode::ErrorReply& reply, const std::string& request_id);

}  // namespace rookery::gateway
