// Transactions on both databases: errors, deadlines, retries, concurrency.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::AllTestDatabases;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseName;
using ::testing::Not;
using enum absl::StatusCode;

class TransactionTest : public ItemsTest {};
INSTANTIATE_TEST_SUITE_P(All, TransactionTest, ::testing::ValuesIn(AllTestDatabases()),
                         TestDatabaseName());

TEST_P(TransactionTest, ErrorsOfConstraintsSayWhichKind) {
  ROOKERY_ASSERT_OK(Execute(kInsertItem, {int64_t{1}, "a", kNull, kNull}));
  EXPECT_THAT(Execute(kInsertId, {int64_t{1}}), StatusIs(kAlreadyExists));
  EXPECT_THAT(Execute(kInsertItem, {int64_t{2}, "a", kNull, kNull}), StatusIs(kAlreadyExists));
  EXPECT_THAT(Execute(kInsertId, {kNull}), StatusIs(kFailedPrecondition));
  EXPECT_THAT(Execute(kInsertPart, {int64_t{7}, int64_t{1}}), StatusIs(kFailedPrecondition));
  EXPECT_THAT(Execute(kInsertPart, {int64_t{1}, int64_t{0}}), StatusIs(kFailedPrecondition));
  ROOKERY_ASSERT_OK(Execute(kInsertPart, {int64_t{1}, int64_t{1}}));
  constexpr Statement kDelete = {"delete", "DELETE FROM items WHERE id = $1"};
  EXPECT_THAT(Execute(kDelete, {int64_t{1}}), StatusIs(kFailedPrecondition));
}

TEST_P(TransactionTest, BugsAreInternalAndTellClientsNothing) {
  for (const std::string_view sql :
       {"SELECT secret FROM items", "SELECT 1 FROM secret", "SELEC secret", "", "-- secret",
        "SELECT @secret@", "SELECT @like(secret)@", "SELECT 1; SELECT 2", "SELECT $1"}) {
    const StatusOr<Rows> rows = Query({"bad", sql});
    EXPECT_THAT(rows, StatusIs(kInternal)) << sql;
    EXPECT_THAT(rows.status().ToString(), Not(::testing::HasSubstr("secret")));
  }
  EXPECT_THAT(Query(kCountItems, {int64_t{1}}), StatusIs(kInternal));
}

// Counts for ever, if nobody stops it.
constexpr Statement kEndless = {
    "endless",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"};

CallContext CallThatMayGo(const std::stop_source& caller) {
  CallContext call;
  call.gone = caller.get_token();
  return call;
}

TEST_P(TransactionTest, AStatementEndsWhenItsCallerHasGone) {
  std::stop_source caller;
  std::jthread going([&] {
    absl::SleepFor(absl::Milliseconds(50));
    caller.request_stop();
  });
  const Status status =
      database_->Write(CallThatMayGo(caller), [](Transaction& transaction) -> Status {
        RETURN_IF_ERROR(transaction.Execute(kInsertId, {int64_t{1}}));
        return transaction.Query(kEndless, {}).status();
      });
  EXPECT_THAT(status, StatusIs(kCancelled, "The caller has gone."));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, AReadOfOneStatementEndsWhenItsCallerHasGone) {
  std::stop_source caller;
  std::jthread going([&] {
    absl::SleepFor(absl::Milliseconds(50));
    caller.request_stop();
  });
  const auto read = database_->ReadOnce(CallThatMayGo(caller), [](Transaction& transaction) {
    return transaction.Query(kEndless, {});
  });
  EXPECT_THAT(read, StatusIs(kCancelled));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, AnErrorOfTheBodyIsNotTriedAgainForACallerThatHasGone) {
  // The first use makes the connection an old one, which is tried again if it proves dead.
  EXPECT_EQ(Count(), 0);
  std::stop_source caller;
  int runs = 0;
  const Status status = database_->Write(CallThatMayGo(caller), [&](Transaction&) -> Status {
    ++runs;
    caller.request_stop();
    return absl::NotFoundError("no");
  });
  EXPECT_THAT(status, StatusIs(kNotFound, "no"));
  EXPECT_EQ(runs, 1);
}

TEST_P(TransactionTest, NothingIsCommittedForACallerThatHasGoneBefore) {
  std::stop_source caller;
  const Status status = database_->Write(CallThatMayGo(caller), [&](Transaction& transaction) {
    const Status inserted = transaction.Execute(kInsertId, {int64_t{1}}).status();
    caller.request_stop();
    return inserted;
  });
  EXPECT_THAT(status, StatusIs(kCancelled));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, SpaceIsReclaimedWhenItIsWorthIt) {
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  const auto much = database_->Reclaim(Soon(), "items", int64_t{1} << 30);
  ROOKERY_ASSERT_OK(much);
  EXPECT_TRUE(*much);
  // A tenth of the table is more than nothing.
  const auto little = database_->Reclaim(Soon(), "items", 0);
  ROOKERY_ASSERT_OK(little);
  EXPECT_EQ(*little, GetParam() == ::rookery::testing::TestDatabaseKind::kSqlite);
  EXPECT_EQ(Count(), 1);
}

TEST_P(TransactionTest, AnErrorOfTheBodyRollsBack) {
  const Status status = database_->Write(Soon(), [](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.Execute(kInsertId, {int64_t{1}}));
    return absl::NotFoundError("no");
  });
  EXPECT_THAT(status, StatusIs(kNotFound, "no"));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, AnExceptionOfTheBodyRollsBackAndPassesOn) {
  EXPECT_THROW(database_
                   ->Write(Soon(),
                           [](Transaction& transaction) -> Status {
                             RETURN_IF_ERROR(transaction.Execute(kInsertId, {int64_t{1}}));
                             throw std::runtime_error("body");
                           })
                   .IgnoreError(),
               std::runtime_error);
  EXPECT_EQ(Count(), 0);
  ROOKERY_EXPECT_OK(Execute(kInsertId, {int64_t{1}}));
}

TEST_P(TransactionTest, AfterAnErrorNothingIsCommittedEvenIfTheBodyIsContent) {
  const Status status = database_->Write(Soon(), [](Transaction& transaction) {
    ROOKERY_EXPECT_OK(transaction.Execute(kInsertId, {int64_t{1}}));
    EXPECT_THAT(transaction.Execute(kInsertId, {int64_t{1}}), StatusIs(kAlreadyExists));
    EXPECT_THAT(transaction.Execute(kInsertId, {int64_t{2}}), StatusIs(kAlreadyExists));
    EXPECT_THAT(transaction.Query(kCountItems, {}), StatusIs(kAlreadyExists));
    return absl::OkStatus();
  });
  EXPECT_THAT(status, StatusIs(kAlreadyExists));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, AReadMayNeitherWriteNorLock) {
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  EXPECT_THAT(Query(kInsertId, {int64_t{2}}), StatusIs(kInternal));
  EXPECT_THAT(Query({"lock", "SELECT id FROM items @for_update@"}), StatusIs(kInternal));
  EXPECT_THAT(Query({"drop", "DROP TABLE parts"}), StatusIs(kInternal));
  EXPECT_EQ(Count(), 1);
}

TEST_P(TransactionTest, AReadOfOneQueryTakesNoSecondAndMayNeitherWriteNorLock) {
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  const auto once = [&](const Statement& statement, const Values& values) {
    return database_->ReadOnce(
        Soon(), [&](Transaction& transaction) { return transaction.Query(statement, values); });
  };
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, once(kCountItems, {}));
  EXPECT_EQ(rows[0].Int(0), 1);
  EXPECT_THAT(once(kInsertId, {int64_t{2}}), StatusIs(kInternal));
  EXPECT_THAT(once({"lock", "SELECT id FROM items @for_update@"}, {}), StatusIs(kInternal));
  EXPECT_THAT(database_->ReadOnce(Soon(),
                                  [](Transaction& transaction) -> Status {
                                    RETURN_IF_ERROR(transaction.Query(kCountItems, {}));
                                    return transaction.Query(kCountItems, {}).status();
                                  }),
              StatusIs(kInternal));
  EXPECT_EQ(Count(), 1);
  ROOKERY_EXPECT_OK(Execute(kInsertId, {int64_t{2}}));
}

TEST_P(TransactionTest, AReadOfOneQueryEndsAtItsOwnDeadline) {
  const auto once = [&](absl::Time deadline, const Statement& statement) {
    return database_->ReadOnce(
        deadline, [&](Transaction& transaction) { return transaction.Query(statement, {}); });
  };
  ROOKERY_EXPECT_OK(once(absl::InfiniteFuture(), kCountItems));
  ROOKERY_EXPECT_OK(once(Soon(), kCountItems));
  const absl::Time start = absl::Now();
  EXPECT_THAT(once(start + absl::Milliseconds(200), kCountForLong), StatusIs(kDeadlineExceeded));
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  // Those that have more time get it.
  constexpr Statement kCountMillion = {"count_million", R"(
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
    SELECT count(*) FROM n)"};
  ROOKERY_EXPECT_OK(once(Soon(), kCountMillion));
  EXPECT_THAT(once(absl::Now() + absl::Milliseconds(100), kCountForLong),
              StatusIs(kDeadlineExceeded));
  ROOKERY_EXPECT_OK(database_->Write(absl::InfiniteFuture(), [&](Transaction& transaction) {
    return transaction.Query(kCountMillion, {}).status();
  }));
}

TEST_P(TransactionTest, ALockedRowDoesNotHoldUpRowsThatReferToIt) {
  if (GetParam() == ::rookery::testing::TestDatabaseKind::kSqlite) {
    GTEST_SKIP() << "SQLite has one transaction write at a time.";
  }
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  ROOKERY_EXPECT_OK(database_->Write(Soon(), [&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.Query({"lock", "SELECT id FROM items @for_update@"}, {}));
    const auto insert = [](Transaction& other) {
      return other.Execute(kInsertPart, {int64_t{1}, int64_t{1}});
    };
    Status inserted;
    std::jthread([&] {
      inserted = database_->Write(absl::Now() + absl::Seconds(10), insert).status();
    }).join();
    return inserted;
  }));
}

TEST_P(TransactionTest, AReadSeesOneSnapshot) {
  const Status status = database_->Read(Soon(), [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const Rows before, transaction.Query(kCountItems, {}));
    ROOKERY_EXPECT_OK(Execute(kInsertId, {int64_t{1}}));
    ASSIGN_OR_RETURN(const Rows after, transaction.Query(kCountItems, {}));
    EXPECT_EQ(before[0].Int(0), after[0].Int(0));
    return absl::OkStatus();
  });
  ROOKERY_EXPECT_OK(status);
  EXPECT_EQ(Count(), 1);
}

TEST_P(TransactionTest, ABodyThatIsAbortedRunsFiveTimes) {
  int runs = 0;
  const auto abort_until = [&](int good_run) {
    runs = 0;
    return database_->Write(Soon(), [&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.Execute(kInsertId, {int64_t{good_run}}));
      return ++runs < good_run ? absl::AbortedError("again") : absl::OkStatus();
    });
  };
  ROOKERY_EXPECT_OK(abort_until(5));
  EXPECT_EQ(runs, 5);
  EXPECT_THAT(abort_until(6), StatusIs(kAborted));
  EXPECT_EQ(runs, 5);
  EXPECT_EQ(Count(), 1);
}

TEST_P(TransactionTest, ASlowQueryEndsAtTheDeadline) {
  const absl::Time start = absl::Now();
  const auto rows = database_->Read(start + absl::Milliseconds(200), [](Transaction& transaction) {
    return transaction.Query(kCountForLong, {});
  });
  EXPECT_THAT(rows, StatusIs(kDeadlineExceeded));
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, ManyShortStatementsEndAtTheDeadline) {
  const Status status =
      database_->Write(absl::Now() + absl::Milliseconds(100), [](Transaction& transaction) {
        Status last = transaction.Execute(kInsertId, {int64_t{1}}).status();
        while (last.ok()) last = transaction.Query(kCountItems, {}).status();
        return last;
      });
  EXPECT_THAT(status, StatusIs(kDeadlineExceeded));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, AfterTheDeadlineNothingIsCommitted) {
  const absl::Time deadline = absl::Now() + absl::Milliseconds(200);
  const Status status = database_->Write(deadline, [&](Transaction& transaction) {
    const Status inserted = transaction.Execute(kInsertId, {int64_t{1}}).status();
    while (absl::Now() < deadline) std::this_thread::yield();
    return inserted;
  });
  EXPECT_THAT(status, StatusIs(kDeadlineExceeded));
  EXPECT_EQ(Count(), 0);
}

TEST_P(TransactionTest, PastDeadlinesAreRefusedWithoutWork) {
  const auto count = [](Transaction& transaction) { return transaction.Query(kCountItems, {}); };
  EXPECT_THAT(database_->Read(absl::InfinitePast(), count), StatusIs(kDeadlineExceeded));
  EXPECT_THAT(database_->Write(absl::Now() - absl::Seconds(1), count), StatusIs(kDeadlineExceeded));
  ROOKERY_EXPECT_OK(database_->Write(absl::InfiniteFuture(), count));
}

TEST_P(TransactionTest, SixteenThreadsWriteAndReadWithoutLosingOrTearing) {
  constexpr Statement kScores = {"scores", "SELECT score FROM items ORDER BY id"};
  for (const int64_t id : {1, 2}) {
    ROOKERY_ASSERT_OK(Execute(kInsertItem, {id, kNull, 0.0, kNull}));
  }
  constexpr int kRounds = 20;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        ROOKERY_EXPECT_OK(database_->Write(Soon(), [](Transaction& transaction) -> Status {
          RETURN_IF_ERROR(transaction.Execute(kAddToScore, {int64_t{1}}));
          return transaction.Execute(kAddToScore, {int64_t{2}}).status();
        }));
      }
    });
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        const auto rows = Query(kScores);
        ROOKERY_ASSERT_OK(rows);
        EXPECT_EQ((*rows)[0].Real(0), (*rows)[1].Real(0));
      }
    });
  }
  threads.clear();
  EXPECT_EQ(Query(kScores).value()[1].Real(0), 8.0 * kRounds);
}

TEST_P(TransactionTest, MoreTextsThanTheCacheHoldsStillRun) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 600; ++i) {
      const std::string sql = fmt::format("SELECT count(*) + {} FROM items WHERE id = $1", i);
      const auto rows = Query({"made_up", sql}, {int64_t{1}});
      ROOKERY_ASSERT_OK(rows);
      ASSERT_EQ((*rows)[0].Int(0), i);
    }
  }
}

TEST_P(TransactionTest, PrepareFindsBadStatementsAndNamesThem) {
  constexpr Statement kBad = {"bad_one", "SELECT nothing FROM items"};
  const Statement* good[] = {&kInsertItem, &kGetItem, &kAddToScore};
  const Statement* bad[] = {&kInsertItem, &kBad, &kGetItem};
  ROOKERY_EXPECT_OK(testing::PrepareAll(*database_, good));
  EXPECT_THAT(testing::PrepareAll(*database_, bad),
              StatusIs(kInternal, ::testing::HasSubstr("bad_one")));
}

// One connection for reads, one (the same, on PostgreSQL) for writes.
class OneConnectionTest : public ItemsTest {
 protected:
  OneConnectionTest() : ItemsTest({.max_connections = 1}) {}
};
INSTANTIATE_TEST_SUITE_P(All, OneConnectionTest, ::testing::ValuesIn(AllTestDatabases()),
                         TestDatabaseName());

TEST_P(OneConnectionTest, WaitingForAConnectionEndsAtTheDeadline) {
  const auto count = [](Transaction& transaction) { return transaction.Query(kCountItems, {}); };
  const auto waiting_fails = [&](auto&& run) {
    std::jthread([&] {
      EXPECT_THAT(run(absl::Now() + absl::Milliseconds(50)), StatusIs(kDeadlineExceeded));
    }).join();
    return absl::OkStatus();
  };
  ROOKERY_EXPECT_OK(database_->Read(Soon(), [&](Transaction&) {
    return waiting_fails([&](absl::Time deadline) { return database_->Read(deadline, count); });
  }));
  ROOKERY_EXPECT_OK(database_->Write(Soon(), [&](Transaction&) {
    return waiting_fails([&](absl::Time deadline) { return database_->Write(deadline, count); });
  }));
}

TEST_P(OneConnectionTest, WhoWaitsGetsTheConnectionWhenItIsFree) {
  std::latch waiting(1);
  std::jthread second;
  ROOKERY_EXPECT_OK(database_->Write(Soon(), [&](Transaction& transaction) {
    second = std::jthread([&] {
      waiting.count_down();
      ROOKERY_EXPECT_OK(Execute(kAddToScore, {int64_t{1}}));
    });
    waiting.wait();
    return transaction.Execute(kInsertItem, {int64_t{1}, kNull, 0.0, kNull});
  }));
  second.join();
  EXPECT_EQ(Query(kGetItem, {int64_t{1}}).value()[0].Real(2), 1.0);
}

}  // namespace
}  // namespace rookery::db
