#include "services/gateway/views/served_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::gateway {
namespace {

using ::rookery::testing::StatusIs;

TEST(ServedPathTest, WhatGoesThroughTheServerHasAPath) {
  EXPECT_EQ(*ServedPath("mlflow-artifacts:/1/r/artifacts", "a/b.png"), "1/r/artifacts/a/b.png");
  EXPECT_EQ(*ServedPath("mlflow-artifacts://host:5000/1/r/", "a"), "1/r/a");
  EXPECT_EQ(*ServedPath("https://host/api/2.0/mlflow-artifacts/artifacts/1/r", "a"), "1/r/a");
}

TEST(ServedPathTest, AnEmptyPathIsTheRoot) {
  EXPECT_EQ(*ServedPath("mlflow-artifacts:/1/r", ""), "1/r");
  EXPECT_EQ(*ServedPath("mlflow-artifacts:/", "a"), "a");
}

TEST(ServedPathTest, OtherStoresAreNotServed) {
  for (const char* uri :
       {"s3://bucket/1/r", "/folder", "file:///folder", "", "mlflow-artifacts://h",
        "https://host/elsewhere", "ftp://host/api/2.0/mlflow-artifacts/artifacts/x"}) {
    EXPECT_THAT(ServedPath(uri, "a"), StatusIs(absl::StatusCode::kInvalidArgument)) << uri;
  }
}

// The artifact service refuses it, with the reason; nothing here may smooth it away.
TEST(ServedPathTest, APathOutOfTheRootStaysVisible) {
  EXPECT_EQ(*ServedPath("mlflow-artifacts:/1/r", "../s/x"), "1/r/../s/x");
  EXPECT_EQ(*ServedPath("mlflow-artifacts:/1/r", "/etc/x"), "1/r//etc/x");
}

}  // namespace
}  // namespace rookery::gateway
