// GoogleTest matchers for absl::Status and absl::StatusOr (Debian 12's Abseil has none).
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/status.h"

namespace rookery::testing {

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  const Status& status = internal::AsStatus(arg);
  if (!status.ok()) *result_listener << status.ToString();
  return status.ok();
}

// EXPECT_THAT(result, StatusIs(absl::StatusCode::kNotFound, HasSubstr("run")));
MATCHER_P2(StatusIs, code, message, "") {
  const Status& status = internal::AsStatus(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}

inline auto StatusIs(absl::StatusCode code) { return StatusIs(code, ::testing::_); }

}  // namespace rookery::testing

#define ROOKERY_ASSERT_OK(expr) ASSERT_THAT((expr), ::rookery::testing::IsOk())
#define ROOKERY_EXPECT_OK(expr) EXPECT_THAT((expr), ::rookery::testing::IsOk())

// ROOKERY_ASSERT_OK_AND_ASSIGN(auto x, F()): x is the value of F(), or the test ends.
#define ROOKERY_ASSERT_OK_AND_ASSIGN(lhs, expr)                                            \
  auto ROOKERY_CONCAT(rookery_test_result_, __LINE__) = (expr);                            \
  ASSERT_THAT(ROOKERY_CONCAT(rookery_test_result_, __LINE__), ::rookery::testing::IsOk()); \
  lhs = *std::move(ROOKERY_CONCAT(rookery_test_result_, __LINE__))
