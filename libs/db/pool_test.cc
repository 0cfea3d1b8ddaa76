#include "libs/db/pool.h"

#include <absl/synchronization/mutex.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/sqlite_connection.h"

namespace rookery::db {
namespace {

class PoolTest : public ::testing::Test {
 protected:
  Pool::Lease Take() {
    auto lease = pool_.Take(absl::InfiniteFuture());
    ROOKERY_EXPECT_OK(lease);
    return *std::move(lease);
  }
  void WaitUntilWaiting(size_t count) {
    while (pool_.waiting() != count) std::this_thread::yield();
  }

  Pool pool_{1, [](absl::Time) { return SqliteConnection::Open(""); }};
};

// It has not woken up yet when the other asks again.
TEST_F(PoolTest, WhoTakesAgainAndAgainComesAfterWhoeverWaits) {
  absl::Mutex mutex;
  std::vector<std::string> order;
  const auto note = [&](const char* who) {
    const absl::MutexLock lock(&mutex);
    order.emplace_back(who);
  };
  std::optional<Pool::Lease> lease(Take());
  std::jthread first([&] {
    const Pool::Lease mine = Take();
    note("first");
  });
  WaitUntilWaiting(1);
  std::jthread second([&] {
    const Pool::Lease mine = Take();
    note("second");
  });
  WaitUntilWaiting(2);
  lease.reset();
  lease.emplace(Take());
  note("again");
  EXPECT_THAT(order, ::testing::ElementsAre("first", "second", "again"));
}

TEST_F(PoolTest, WhoGivesUpLeavesTheQueue) {
  std::optional<Pool::Lease> lease(Take());
  const auto late = pool_.Take(absl::Now() + absl::Milliseconds(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.status())) << late.status();
  EXPECT_EQ(pool_.waiting(), 0);
  lease.reset();
  EXPECT_FALSE(Take().fresh());
}

}  // namespace
}  // namespace rookery::db
