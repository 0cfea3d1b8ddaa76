#include "libs/base/host_port.h"

#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery {
namespace {

TEST(HostPortTest, NamesAndAddressesAreTakenApartAndPutTogetherAgain) {
  for (const char* text : {"localhost:80", "127.0.0.1:0", "[::1]:65535", "a.b.svc:5101"}) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const HostPort parsed, ParseHostPort(text));
    EXPECT_EQ(JoinHostPort(parsed.host, parsed.port), text);
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const HostPort v6, ParseHostPort("[::1]:80"));
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, 80);
}

TEST(HostPortTest, WhatIsNoAddressIsRefused) {
  for (const char* text : {"", "host", ":80", "host:", "host:x", "host:-1", "host:65536", "::1:80",
                           "[host]:80", "http://host:80", "host:80 "}) {
    EXPECT_THAT(ParseHostPort(text), testing::StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace rookery
