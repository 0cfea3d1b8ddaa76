#include "services/gateway/graphql/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::gateway {
namespace {

using ::rookery::testing::StatusIs;

TEST(GraphqlCallTest, TheOperationAndItsInputAreRead) {
  const auto call = ReadGraphqlCall(
      R"({"operationName":"GetRun","variables":{"data":{"runId":"r", "n":[1]}},"query":"query {}"})");
  ROOKERY_ASSERT_OK(call);
  EXPECT_EQ(call->operation, "GetRun");
  EXPECT_EQ(call->input, R"({"runId":"r", "n":[1]})");
}

TEST(GraphqlCallTest, ANameThatIsNotGivenIsInTheQuery) {
  for (const char* body :
       {R"({"query":"query GetRun($data: In!) @component(name: \"x\") { a }"})",
        R"({"operationName":null,"variables":null,"query":"\n  query\tGetRun{a}"})",
        R"({"operationName":"","query":"mutation GetRun { a }"})"}) {
    const auto call = ReadGraphqlCall(body);
    ROOKERY_ASSERT_OK(call);
    EXPECT_EQ(call->operation, "GetRun") << body;
    EXPECT_EQ(call->input, "{}");
  }
}

TEST(GraphqlCallTest, WhatIsNoRequestIsRefused) {
  for (const char* body : {"", "null", "[]", "7", "{", "{}", R"({"query":7})", R"({"query":"{a}"})",
                           R"({"query":"query { a }"})", R"({"query":"fragment X on Y {a}"})",
                           R"({"operationName":"GetRun"} x)",
                           R"({"operationName":"GetRun","variables":{"data":{]}})"}) {
    EXPECT_THAT(ReadGraphqlCall(body), StatusIs(absl::StatusCode::kInvalidArgument)) << body;
  }
}

}  // namespace
}  // namespace rookery::gateway
