#include "libs/transcode/error.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>

#include "libs/transcode/json_text.h"

namespace rookery::transcode {
namespace {

struct CodeRow {
  std::string_view error_code;
  int http_status;
};

// What is absent is 500: INTERNAL_ERROR, INVALID_STATE, DATA_LOSS, FEATURE_DISABLED and so on.
constexpr CodeRow kHttpStatuses[] = {
    {"ABORTED", 409},
    {"ALREADY_EXISTS", 409},
    {"BAD_REQUEST", 400},
    {"CANCELLED", 499},
    {"CUSTOMER_UNAUTHORIZED", 401},
    {"DEADLINE_EXCEEDED", 504},
    {"ENDPOINT_NOT_FOUND", 404},
    {"INVALID_PARAMETER_VALUE", 400},
    {"NOT_FOUND", 404},
    {"NOT_IMPLEMENTED", 501},
    {"PERMISSION_DENIED", 403},
    {"REQUEST_LIMIT_EXCEEDED", 429},
    {"RESOURCE_ALREADY_EXISTS", 400},
    {"RESOURCE_CONFLICT", 409},
    {"RESOURCE_DOES_NOT_EXIST", 404},
    {"RESOURCE_EXHAUSTED", 429},
    {"TEMPORARILY_UNAVAILABLE", 503},
    {"UNAUTHENTICATED", 401},
};

int HttpStatus(std::string_view error_code) {
  for (const CodeRow& row : kHttpStatuses) {
    if (row.error_code == error_code) return row.http_status;
  }
  return 500;
}

std::string_view DefaultErrorCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return "INVALID_PARAMETER_VALUE";
    case absl::StatusCode::kNotFound:
      return "RESOURCE_DOES_NOT_EXIST";
    case absl::StatusCode::kAlreadyExists:
      return "RESOURCE_ALREADY_EXISTS";
    case absl::StatusCode::kFailedPrecondition:
      return "INVALID_STATE";
    case absl::StatusCode::kAborted:
      return "ABORTED";
    case absl::StatusCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case absl::StatusCode::kUnavailable:
      return "TEMPORARILY_UNAVAILABLE";
    case absl::StatusCode::kUnimplemented:
      return "NOT_IMPLEMENTED";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case absl::StatusCode::kUnauthenticated:
      return "UNAUTHENTICATED";
    case absl::StatusCode::kDataLoss:
      return "DATA_LOSS";
    default:
      return "INTERNAL_ERROR";
  }
}

// Messages may quote what a client or a driver said, in any encoding.
std::string ValidUtf8(std::string text) {
  if (simdjson::validate_utf8(text)) return text;
  std::replace_if(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; }, '?');
  return text;
}

// MLflow's clients try seven times more, and wait each time as long as they are told. A program
// that ended is there again within half a minute, on Kubernetes too; a queue within seconds.
constexpr int kOutageSeconds = 5;
constexpr int kOverloadSeconds = 1;

}  // namespace

ErrorReply ToHttp(const Status& status) {
  std::string error_code = ErrorCode(status);
  if (error_code.empty()) error_code = DefaultErrorCode(status.code());
  ErrorReply reply;
  reply.http_status = HttpStatus(error_code);
  reply.body = "{\"error_code\":";
  AppendJsonString(ValidUtf8(error_code), &reply.body);
  reply.message = ValidUtf8(std::string(status.message()));
  reply.body += ",\"message\":";
  AppendJsonString(reply.message, &reply.body);
  reply.body += '}';
  if (reply.http_status == 429) reply.retry_after_seconds = kOverloadSeconds;
  if (reply.http_status == 503) reply.retry_after_seconds = kOutageSeconds;
  return reply;
}

}  // namespace rookery::transcode
