#include "libs/rpc/wait_estimate.h"

#include <gtest/gtest.h>

namespace rookery::rpc {
namespace {

TEST(WaitEstimateTest, AtFirstNothingIsKnown) {
  EXPECT_EQ(WaitEstimate(8).For(1000), absl::ZeroDuration());
}

TEST(WaitEstimateTest, TasksAheadAreSharedByTheThreads) {
  WaitEstimate estimate(8);
  for (int i = 0; i < 100; ++i) estimate.TaskTook(absl::Seconds(2));
  EXPECT_EQ(estimate.For(0), absl::ZeroDuration());
  EXPECT_NEAR(absl::ToDoubleSeconds(estimate.For(40)), 10, 0.01);
}

TEST(WaitEstimateTest, ASlowSpellIsForgotten) {
  WaitEstimate estimate(1);
  for (int i = 0; i < 100; ++i) estimate.TaskTook(absl::Seconds(2));
  for (int i = 0; i < 40; ++i) estimate.TaskTook(absl::Milliseconds(1));
  EXPECT_LT(estimate.For(1), absl::Milliseconds(15));
}

TEST(WaitEstimateTest, OneSlowTaskAmongQuickOnesCountsForLittle) {
  WaitEstimate estimate(8);
  for (int i = 0; i < 100; ++i) estimate.TaskTook(absl::Milliseconds(1));
  estimate.TaskTook(absl::Seconds(2));
  EXPECT_LT(estimate.For(8), absl::Milliseconds(300));
}

}  // namespace
}  // namespace rookery::rpc
