#include "libs/rpc/line_limit.h"

#include <gtest/gtest.h>

namespace rookery::rpc {
namespace {

TEST(LineLimitTest, WhatComesOnTopIsCountedAndToldWithTheNextLine) {
  LineLimit lines(2);
  const absl::Time begin = absl::FromUnixSeconds(100);
  EXPECT_EQ(lines.Admit(begin), 0);
  EXPECT_EQ(lines.Admit(begin + absl::Milliseconds(999)), 0);
  EXPECT_EQ(lines.Admit(begin + absl::Milliseconds(999)), std::nullopt);
  EXPECT_EQ(lines.Admit(begin), std::nullopt);
  EXPECT_EQ(lines.Admit(begin + absl::Seconds(1)), 2);
  EXPECT_EQ(lines.Admit(begin + absl::Seconds(1)), 0);
  EXPECT_EQ(lines.Admit(begin + absl::Seconds(1)), std::nullopt);
}

}  // namespace
}  // namespace rookery::rpc
