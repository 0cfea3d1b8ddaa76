#include "libs/program/admin_endpoint.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/host_port.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/http/testing/raw_client.h"

namespace rookery::program {
namespace {

using ::rookery::testing::StatusIs;

class AdminEndpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    AdminEndpoint::Pages pages;
    pages["/more"] = [] { return http::Response(200, "more of it"); };
    ROOKERY_ASSERT_OK_AND_ASSIGN(endpoint_, AdminEndpoint::Listen("127.0.0.1:0", std::move(pages)));
  }

  http::testing::ReceivedResponse Ask(std::string_view method, std::string_view path) {
    const auto address = ParseHostPort(endpoint_->url().substr(std::string("http://").size()));
    auto client = http::testing::RawClient::Connect(address->port);
    EXPECT_THAT(client, testing::IsOk());
    auto response = client->Roundtrip(
        fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", method, path));
    EXPECT_THAT(response, testing::IsOk());
    return *std::move(response);
  }

  std::unique_ptr<AdminEndpoint> endpoint_;
};

TEST_F(AdminEndpointTest, IsHealthyAndReady) {
  EXPECT_EQ(Ask("GET", "/health").body, "OK");
  EXPECT_EQ(Ask("GET", "/ready").status, 200);
}

TEST_F(AdminEndpointTest, StaysHealthyWhenItIsReadyNoLonger) {
  endpoint_->StopBeingReady();
  EXPECT_EQ(Ask("GET", "/ready").status, 503);
  EXPECT_EQ(Ask("GET", "/health").status, 200);
}

TEST_F(AdminEndpointTest, AnswersFurtherPagesAndNothingElse) {
  EXPECT_EQ(Ask("GET", "/more").body, "more of it");
  EXPECT_EQ(Ask("GET", "/other").status, 404);
  EXPECT_EQ(Ask("POST", "/health").status, 405);
}

TEST(AdminEndpointAddressTest, WhatCannotBeUsedIsSaid) {
  EXPECT_THAT(AdminEndpoint::Listen("nonsense", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("'nonsense'")));
}

}  // namespace
}  // namespace rookery::program
