#include "libs/transcode/error.h"

#include <gtest/gtest.h>

namespace rookery::transcode {
namespace {

TEST(Error, CanonicalCodesMapToMlflows) {
  using absl::StatusCode;
  const struct {
    StatusCode code;
    const char* error_code;
    int http_status;
  } rows[] = {
      {StatusCode::kInvalidArgument, "INVALID_PARAMETER_VALUE", 400},
      {StatusCode::kOutOfRange, "INVALID_PARAMETER_VALUE", 400},
      {StatusCode::kNotFound, "RESOURCE_DOES_NOT_EXIST", 404},
      {StatusCode::kAlreadyExists, "RESOURCE_ALREADY_EXISTS", 400},
      {StatusCode::kFailedPrecondition, "INVALID_STATE", 500},
      {StatusCode::kAborted, "ABORTED", 409},
      {StatusCode::kResourceExhausted, "RESOURCE_EXHAUSTED", 429},
      {StatusCode::kUnavailable, "TEMPORARILY_UNAVAILABLE", 503},
      {StatusCode::kUnimplemented, "NOT_IMPLEMENTED", 501},
      {StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED", 504},
      {StatusCode::kCancelled, "CANCELLED", 499},
      {StatusCode::kPermissionDenied, "PERMISSION_DENIED", 403},
      {StatusCode::kUnauthenticated, "UNAUTHENTICATED", 401},
      {StatusCode::kDataLoss, "DATA_LOSS", 500},
      {StatusCode::kInternal, "INTERNAL_ERROR", 500},
      {StatusCode::kUnknown, "INTERNAL_ERROR", 500},
  };
  for (const auto& row : rows) {
    const ErrorReply reply = ToHttp(Status(row.code, "why"));
    EXPECT_EQ(reply.http_status, row.http_status) << row.error_code;
    EXPECT_EQ(reply.body,
              std::string("{\"error_code\":\"") + row.error_code + "\",\"message\":\"why\"}");
  }
}

TEST(Error, AnErrorCodeOfMlflowsBringsItsOwnHttpStatus) {
  const struct {
    const char* error_code;
    int http_status;
  } rows[] = {
      {"BAD_REQUEST", 400},
      {"RESOURCE_CONFLICT", 409},
      {"ALREADY_EXISTS", 409},
      {"ENDPOINT_NOT_FOUND", 404},
      {"NOT_FOUND", 404},
      {"CUSTOMER_UNAUTHORIZED", 401},
      {"FEATURE_DISABLED", 500},
      {"REQUEST_LIMIT_EXCEEDED", 429},
      {"INVALID_PARAMETER_VALUE", 400},
      {"SOMETHING_NOBODY_KNOWS", 500},
  };
  for (const auto& row : rows) {
    const ErrorReply reply = ToHttp(WithErrorCode(absl::InternalError("why"), row.error_code));
    EXPECT_EQ(reply.http_status, row.http_status) << row.error_code;
    EXPECT_EQ(reply.body,
              std::string("{\"error_code\":\"") + row.error_code + "\",\"message\":\"why\"}");
  }
}

TEST(Error, OverloadAndOutageSayWhenToComeBack) {
  EXPECT_EQ(ToHttp(absl::ResourceExhaustedError("")).retry_after_seconds, 1);
  EXPECT_EQ(ToHttp(absl::UnavailableError("")).retry_after_seconds, 5);
  EXPECT_EQ(
      ToHttp(WithErrorCode(absl::InternalError(""), "REQUEST_LIMIT_EXCEEDED")).retry_after_seconds,
      1);
  EXPECT_EQ(ToHttp(absl::InternalError("")).retry_after_seconds, 0);
}

TEST(Error, MessagesAreEscapedAndAlwaysUtf8) {
  EXPECT_EQ(ToHttp(absl::InternalError("a\"b\n\xc3\xa9")).body,
            "{\"error_code\":\"INTERNAL_ERROR\",\"message\":\"a\\\"b\\n\xc3\xa9\"}");
  EXPECT_EQ(ToHttp(absl::InternalError("a\xff z")).body,
            "{\"error_code\":\"INTERNAL_ERROR\",\"message\":\"a? z\"}");
}

}  // namespace
}  // namespace rookery::transcode
