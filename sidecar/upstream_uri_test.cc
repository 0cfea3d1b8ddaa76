#include "sidecar/upstream_uri.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::sidecar {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;

TEST(UpstreamUriTest, SaysWhereAndWhetherByTls) {
  EXPECT_EQ(ParseUpstreamUri("rookery://h:1")->addresses, "h:1");
  EXPECT_FALSE(ParseUpstreamUri("rookery://h:1")->tls);
  EXPECT_TRUE(ParseUpstreamUri("rookerys://h:1")->tls);
}

TEST(UpstreamUriTest, OtherSchemesAreForLater) {
  for (const char* uri : {"http://h:1", "https://h", "azureml://h", "databricks://x"}) {
    EXPECT_THAT(ParseUpstreamUri(uri),
                StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("rookery://host:port")));
  }
}

TEST(UpstreamUriTest, WhatIsNoUriIsRefused) {
  for (const char* uri : {"", "h:1", "rookery://", "://h"}) {
    EXPECT_FALSE(ParseUpstreamUri(uri).ok()) << uri;
  }
}

}  // namespace
}  // namespace rookery::sidecar
