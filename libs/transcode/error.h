// Errors as MLflow's clients read them.
#pragma once

#include <string>

#include "libs/base/status.h"

namespace rookery::transcode {

struct ErrorReply {
  int http_status = 500;
  // {"error_code":"...","message":"..."}; content type application/json.
  std::string body;
  // The message in the body, before it was escaped: valid UTF-8.
  std::string message;
  // For the header Retry-After; 0: the reply has none.
  int retry_after_seconds = 0;
};

// The reply for `status`, which is an error. The error code is the one given by WithErrorCode
// (libs/base/status.h), else MLflow's word for the canonical code; the HTTP status follows from the
// error code by MLflow's table, in which codes that it does not list are 500.
ErrorReply ToHttp(const Status& status);

}  // namespace rookery::transcode
