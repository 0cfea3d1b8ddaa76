#include "libs/rpc/status.h"

#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::rpc {
namespace {

TEST(StatusTest, CodeAndMessageCrossTheBorderBothWays) {
  const grpc::Status out = ToGrpc(absl::NotFoundError("Run with id=x not found"));
  EXPECT_EQ(out.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(FromGrpc(out), absl::NotFoundError("Run with id=x not found"));
  EXPECT_TRUE(FromGrpc(ToGrpc(absl::OkStatus())).ok());
}

TEST(StatusTest, ErrorCodeCrossesTheBorder) {
  const Status in = WithErrorCode(absl::InvalidArgumentError("no"), "BAD_REQUEST");
  EXPECT_EQ(ErrorCode(FromGrpc(ToGrpc(in))), "BAD_REQUEST");
}

TEST(StatusTest, ForeignDetailsAreIgnored) {
  const grpc::Status in(grpc::StatusCode::INTERNAL, "x", "not a google.rpc.Status \xff\xff");
  EXPECT_EQ(FromGrpc(in), absl::InternalError("x"));
}

}  // namespace
}  // namespace rookery::rpc
