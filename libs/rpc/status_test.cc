#include "libs/rpc/status.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
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

TEST(StatusTest, FactsAreMetadataOfAnErrorInfo) {
  const Status in = WithFact(absl::OutOfRangeError("gap"), "next_seq", "12");
  EXPECT_THAT(Facts(in), ::testing::ElementsAre(::testing::Pair("next_seq", "12")));
  const grpc::Status out = ToGrpc(WithErrorCode(in, "BAD_REQUEST"));
  EXPECT_EQ(ErrorCode(FromGrpc(out)), "BAD_REQUEST");
  EXPECT_THAT(Facts(FromGrpc(out)), ::testing::ElementsAre(::testing::Pair("next_seq", "12")));
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(out.error_details()));
  google::rpc::ErrorInfo info;
  ASSERT_EQ(details.details_size(), 2);
  ASSERT_TRUE(details.details(1).UnpackTo(&info));
  EXPECT_EQ(info.domain(), "rookery");
  EXPECT_EQ(info.metadata().at("next_seq"), "12");
  EXPECT_THAT(Facts(FromGrpc(out)), ::testing::ElementsAre(::testing::Pair("next_seq", "12")));
}

TEST(StatusTest, WhatMayBeRetriedSaysWhen) {
  for (const Status& in : {absl::UnavailableError("disk"), absl::ResourceExhaustedError("queue")}) {
    const grpc::Status out = ToGrpc(in);
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(out.error_details()));
    google::rpc::RetryInfo info;
    ASSERT_EQ(details.details_size(), 1);
    ASSERT_TRUE(details.details(0).UnpackTo(&info));
    EXPECT_EQ(info.retry_delay().seconds(), 1);
    EXPECT_EQ(FromGrpc(out), in);
  }
}

TEST(StatusTest, AddressesInTheChannelsOwnWordsAreNotPassedOn) {
  const Status status = FromGrpc({grpc::StatusCode::UNAVAILABLE, "ipv4:10.0.0.1:5101: refused"});
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(status.ToString(), ::testing::Not(::testing::HasSubstr("10.0.0.1")));
}

TEST(StatusTest, ForeignDetailsAreIgnored) {
  const grpc::Status in(grpc::StatusCode::INTERNAL, "x", "not a google.rpc.Status \xff\xff");
  EXPECT_EQ(FromGrpc(in), absl::InternalError("x"));
}

}  // namespace
}  // namespace rookery::rpc
