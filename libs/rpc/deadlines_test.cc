#include "libs/rpc/deadlines.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <vector>

namespace rookery::rpc {
namespace {

TEST(DeadlinesTest, EachExpiresInTheOrderOfTheTimes) {
  std::vector<int> order;
  absl::Notification last;
  Deadlines deadlines;
  const SteadyTime now = SteadyNow();
  deadlines.Add(now + std::chrono::milliseconds(30), [&] {
    order.push_back(2);
    last.Notify();
  });
  // Earlier than the one that is waited for already.
  deadlines.Add(now + std::chrono::milliseconds(10), [&] { order.push_back(1); });
  deadlines.Add(now - std::chrono::seconds(1), [&] { order.push_back(0); });
  last.WaitForNotification();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
  EXPECT_GE(SteadyNow(), now + std::chrono::milliseconds(30));
}

TEST(DeadlinesTest, WhatIsRemovedNeverExpires) {
  std::atomic<bool> expired = false;
  absl::Notification later;
  Deadlines deadlines;
  const SteadyTime soon = SteadyNow() + std::chrono::milliseconds(20);
  const auto key = deadlines.Add(soon, [&] { expired = true; });
  deadlines.Add(soon, [&] { later.Notify(); });
  deadlines.Remove(key);
  deadlines.Remove(key);
  later.WaitForNotification();
  EXPECT_FALSE(expired);
}

TEST(DeadlinesTest, TheEndWaitsForNoTime) {
  std::atomic<bool> expired = false;
  {
    Deadlines deadlines;
    deadlines.Add(SteadyNow() + std::chrono::hours(1), [&] { expired = true; });
  }
  EXPECT_FALSE(expired);
}

}  // namespace
}  // namespace rookery::rpc
