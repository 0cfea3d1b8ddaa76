#include "libs/base/steady.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(Steady, TellsHowLongAgoSomethingWas) {
  const SteadyTime begin = SteadyNow();
  EXPECT_GE(Since(begin), absl::ZeroDuration());
  EXPECT_LT(Since(begin + std::chrono::hours(1)), -absl::Minutes(59));
  EXPECT_GT(Since(begin - std::chrono::hours(1)), absl::Minutes(59));
}

TEST(Steady, WhatLastsForEverHasNoEnd) {
  EXPECT_EQ(SteadyIn(absl::InfiniteDuration()), SteadyTime::max());
  EXPECT_EQ(SteadyIn(absl::Hours(24 * 365 * 1000)), SteadyTime::max());
  EXPECT_LT(SteadyIn(absl::Seconds(1)), SteadyTime::max());
  // What has been over for ever.
  EXPECT_LT(SteadyIn(-absl::Hours(1)), SteadyNow());
}

}  // namespace
}  // namespace rookery
