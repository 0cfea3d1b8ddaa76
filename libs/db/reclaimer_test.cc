#include "libs/db/reclaimer.h"

#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include "libs/db/testing/forwarding_database.h"
#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

constexpr Statement kLockItems = {"lock_items", "LOCK TABLE items IN SHARE UPDATE EXCLUSIVE MODE"};
constexpr Statement kCountWaiting = {"count_waiting", R"(
  SELECT count(*) FROM pg_locks
  WHERE NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"};

class ReclaimerTest : public ItemsTest {
 protected:
  rookery::testing::SlowVacuum slow_{*database_};
};
INSTANTIATE_TEST_SUITE_P(All, ReclaimerTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabases()),
                         rookery::testing::TestDatabaseName());

TEST_P(ReclaimerTest, IsBehindWhenEnoughDiedSinceTheVacuumBegan) {
  absl::Notification progress;
  Reclaimer reclaimer(slow_, "items", {.worth_asking = 100, .on_progress = [&] {
                                         if (!progress.HasBeenNotified()) progress.Notify();
                                       }});
  reclaimer.Add(99);
  EXPECT_FALSE(reclaimer.IsBehind());
  EXPECT_EQ(slow_.vacuums, 0);
  reclaimer.Add(1);
  slow_.began.WaitForNotification();
  EXPECT_TRUE(progress.HasBeenNotified());
  EXPECT_EQ(slow_.table, "items");
  EXPECT_EQ(slow_.dead_bytes, 100);
  EXPECT_FALSE(reclaimer.IsBehind());
  reclaimer.Add(99);
  EXPECT_FALSE(reclaimer.IsBehind());
  reclaimer.Add(1);
  EXPECT_TRUE(reclaimer.IsBehind());
  slow_.may_end.Notify();
  while (slow_.vacuums < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_FALSE(reclaimer.IsBehind());
  // Those of before the first are no more.
  EXPECT_EQ(slow_.dead_bytes, 100);
}

TEST_P(ReclaimerTest, WhatWasNotWorthItCountsNextTime) {
  slow_.worth_it = false;
  slow_.may_end.Notify();
  Reclaimer reclaimer(slow_, "items", {.worth_asking = 100});
  reclaimer.Add(150);
  while (slow_.vacuums < 1 || reclaimer.IsBehind()) absl::SleepFor(absl::Milliseconds(1));
  reclaimer.Add(100);
  while (slow_.vacuums < 2) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(slow_.dead_bytes, 250);
}

TEST_P(ReclaimerTest, AVacuumIsCutShortAtTheEnd) {
  if (IsSqlite()) GTEST_SKIP() << "SQLite needs no vacuum";
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  // What it would have to wait for ends only after it.
  ROOKERY_ASSERT_OK(database_->Write(Soon(), [&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.Execute(kLockItems, {}));
    Reclaimer reclaimer(*database_, "items", {.worth_asking = 1});
    reclaimer.Add(int64_t{1} << 30);
    while (true) {
      ASSIGN_OR_RETURN(const Rows waiting, transaction.Query(kCountWaiting, {}));
      if (waiting[0].Int(0) > 0) return absl::OkStatus();
      absl::SleepFor(absl::Milliseconds(1));
    }
  }));
}

}  // namespace
}  // namespace rookery::db
