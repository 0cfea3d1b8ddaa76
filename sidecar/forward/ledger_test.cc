#include "sidecar/forward/ledger.h"

#include <gtest/gtest.h>

namespace rookery::sidecar {
namespace {

TEST(Ledger, EachPointIsSettledOnce) {
  Ledger ledger({});
  ledger.Settle({.points = 10, .points_before = 0}, Fate::kConfirmed);
  ledger.Settle({.points = 5, .points_before = 10}, Fate::kQuarantined);
  ledger.Settle({.points = 2, .points_before = 15}, Fate::kRefused);
  // The lane begins again.
  ledger.Settle({.points = 10, .points_before = 0}, Fate::kConfirmed);
  ledger.Settle({.points = 5, .points_before = 10}, Fate::kConfirmed);
  const Settled settled = ledger.settled();
  EXPECT_EQ(settled.confirmed(), 10);
  EXPECT_EQ(settled.quarantined(), 5);
  EXPECT_EQ(settled.refused(), 2);
  EXPECT_EQ(SumOf(settled), 17);
}

TEST(Ledger, PointsOfLostRecordsAreAGap) {
  Ledger ledger({});
  ledger.Settle({.points = 10, .points_before = 0}, Fate::kConfirmed);
  ledger.Settle({.points = 5, .points_before = 17, .is_after_gap = true}, Fate::kConfirmed);
  EXPECT_EQ(ledger.settled().gap(), 7);
  EXPECT_EQ(ledger.settled().confirmed(), 15);
}

TEST(Ledger, PointsOfRecycledRecordsAreUpstream) {
  Ledger ledger({});
  ledger.Settle({.points = 5, .points_before = 20}, Fate::kConfirmed);
  EXPECT_EQ(ledger.settled().confirmed(), 25);
}

TEST(Ledger, ATailThatIsLostIsAGap) {
  Ledger ledger({});
  ledger.Settle({.points = 10, .points_before = 0}, Fate::kConfirmed);
  ledger.SettleAll(12, /*is_after_gap=*/true);
  EXPECT_EQ(ledger.settled().gap(), 2);
  ledger.SettleAll(12, /*is_after_gap=*/true);
  EXPECT_EQ(SumOf(ledger.settled()), 12);
}

TEST(Ledger, RecordsOfOldCountAsTheyCome) {
  Ledger ledger({});
  ledger.Settle({.points = 3}, Fate::kConfirmed);
  ledger.Settle({.points = 4}, Fate::kQuarantined);
  EXPECT_EQ(SumOf(ledger.settled()), 7);
}

}  // namespace
}  // namespace rookery::sidecar
