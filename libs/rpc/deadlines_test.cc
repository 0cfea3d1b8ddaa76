#include "libs/rpc/deadlines.h"

#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace rookery::rpc {
namespace {

TEST(DeadlinesTest, EachExpiresInTheOrderOfTheTimes) {
  std::vector<int> order;
  absl::Notification last;
  Deadlines deadlines;
  const absl::Time now = absl::Now();
  deadlines.Add(now + absl::Milliseconds(30), [&] {
    order.push_back(2);
    last.Notify();
  });
  // Earlier than the one that is waited for already.
  deadlines.Add(now + absl::Milliseconds(10), [&] { order.push_back(1); });
  deadlines.Add(now - absl::Seconds(1), [&] { order.push_back(0); });
  last.WaitForNotification();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
  EXPECT_GE(absl::Now(), now + absl::Milliseconds(30));
}

TEST(DeadlinesTest, WhatIsRemovedNeverExpires) {
  std::atomic<bool> expired = false;
  absl::Notification later;
  Deadlines deadlines;
  const absl::Time soon = absl::Now() + absl::Milliseconds(20);
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
    deadlines.Add(absl::Now() + absl::Hours(1), [&] { expired = true; });
  }
  EXPECT_FALSE(expired);
}

}  // namespace
}  // namespace rookery::rpc
