// What goes wrong with a PostgreSQL server, and how we come back.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <latch>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <thread>

#include "libs/db/postgres_errors.h"
#include "libs/db/testing/items.h"
#include "libs/db/testing/tcp_proxy.h"

// libpqxx 6.4 leaks the result of a statement during which its connection broke.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): LeakSanitizer's name.
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult\n"; }

namespace rookery::db {
namespace {

using ::rookery::testing::StatusIs;
using ::rookery::testing::TcpProxy;
using ::rookery::testing::TestDatabaseName;
using ::testing::HasSubstr;
using ::testing::Not;
using enum absl::StatusCode;

class PostgresTest : public ItemsTest {
 protected:
  // As another client of the server.
  void RunAside(const std::string& sql) {
    pqxx::connection connection(database_.uri());
    pqxx::nontransaction(connection).exec(sql);
  }
  void KillOtherBackends() {
    RunAside(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresTest);
INSTANTIATE_TEST_SUITE_P(All, PostgresTest, ::testing::ValuesIn(testing::PostgresTestDatabases()),
                         TestDatabaseName());

TEST_P(PostgresTest, AReadHealsAfterItsConnectionsWereKilled) {
  EXPECT_EQ(Count(), 0);
  KillOtherBackends();
  EXPECT_EQ(Count(), 0);
}

TEST_P(PostgresTest, AWriteHealsAfterItsConnectionsWereKilled) {
  KillOtherBackends();
  ROOKERY_EXPECT_OK(Execute(kInsertId, {int64_t{1}}));
  EXPECT_EQ(Count(), 1);
}

TEST_P(PostgresTest, ABackendKilledInABodyRunsTheBodyAgainOnce) {
  int runs = 0;
  const auto die = [&](Transaction& transaction) -> Status {
    ++runs;
    RETURN_IF_ERROR(transaction.Execute(kInsertId, {int64_t{1}}));
    return transaction.Query({"die", "SELECT pg_terminate_backend(pg_backend_pid())"}, {}).status();
  };
  EXPECT_THAT(database_->Write(Soon(), die), StatusIs(kUnavailable));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Count(), 0);
}

TEST_P(PostgresTest, DeadlockedWritersBothEndWell) {
  for (const int64_t id : {1, 2}) ROOKERY_ASSERT_OK(Execute(kInsertId, {id}));
  std::latch both_hold_one(2);
  std::atomic<int> runs = 0;
  const auto write = [&](int64_t first, int64_t second) {
    bool again = false;
    ROOKERY_EXPECT_OK(database_->Write(Soon(), [&](Transaction& transaction) -> Status {
      ++runs;
      RETURN_IF_ERROR(transaction.Execute(kAddToScore, {first}));
      if (!std::exchange(again, true)) both_hold_one.arrive_and_wait();
      return transaction.Execute(kAddToScore, {second}).status();
    }));
  };
  {
    std::jthread one([&] { write(1, 2); });
    std::jthread two([&] { write(2, 1); });
  }
  EXPECT_EQ(runs, 3);
  for (const int64_t id : {1, 2}) EXPECT_EQ(Query(kGetItem, {id}).value()[0].Real(2), 2.0);
}

TEST_P(PostgresTest, WaitingForARowLockEndsAtTheDeadline) {
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  const auto add = [](Transaction& transaction) {
    return transaction.Execute(kAddToScore, {int64_t{1}}).status();
  };
  ROOKERY_EXPECT_OK(database_->Write(Soon(), [&](Transaction& transaction) {
    ROOKERY_EXPECT_OK(add(transaction));
    EXPECT_THAT(database_->Write(absl::Now() + absl::Milliseconds(100), add),
                StatusIs(kDeadlineExceeded));
    return absl::OkStatus();
  }));
}

TEST_P(PostgresTest, AReadOnlyServerIsUnavailableForWrites) {
  RunAside(fmt::format("ALTER DATABASE {} SET default_transaction_read_only = on",
                       database_.uri().substr(database_.uri().rfind('/') + 1)));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto other, Database::Open(database_.uri(), {}));
  EXPECT_THAT(other->Write(Soon(),
                           [](Transaction& transaction) {
                             return transaction.Execute(kInsertId, {int64_t{1}});
                           }),
              StatusIs(kUnavailable, HasSubstr("read-only")));
}

TEST_P(PostgresTest, AChangedColumnTypeDoesNotSpoilPreparedStatements) {
  RunAside("CREATE TABLE changing (n INTEGER); INSERT INTO changing VALUES (7)");
  constexpr Statement kRead = {"read", "SELECT n FROM changing"};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Query(kRead).value()[0].Int(0), 7);
  RunAside("ALTER TABLE changing ALTER n TYPE TEXT");
  const auto rows = Query(kRead);
  ROOKERY_ASSERT_OK(rows);
  EXPECT_EQ((*rows)[0].Text(0), "7");
}

TEST_P(PostgresTest, ACommitIsOnDiskWhateverTheServersDefault) {
  RunAside(fmt::format("ALTER DATABASE {} SET synchronous_commit = off",
                       database_.uri().substr(database_.uri().rfind('/') + 1)));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto other, Database::Open(database_.uri(), {}));
  const auto row = other->Read(Soon(), [](Transaction& transaction) {
    return transaction.QueryOne({"show", "SELECT current_setting('synchronous_commit')"}, {});
  });
  ROOKERY_ASSERT_OK(row);
  EXPECT_EQ((*row)->Text(0), "on");
}

TEST_P(PostgresTest, ADatabaseThatIsNotUtf8IsRefused) {
  const std::string name = database_.uri().substr(database_.uri().rfind('/') + 1) + "_latin";
  RunAside(fmt::format(
      "CREATE DATABASE {} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", name));
  EXPECT_THAT(Database::Open(database_.uri() + "_latin", {}),
              StatusIs(kFailedPrecondition, HasSubstr("LATIN1")));
  RunAside(fmt::format("DROP DATABASE {}", name));
}

// As it goes over the wire; BEGIN's READ COMMITTED holds the word without its end.
constexpr std::string_view kCommit("COMMIT\0", 7);

// Through a proxy that stands for the network and for a server that goes away.
class BrokenNetworkTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    pqxx::connection direct(database_.uri());
    if (direct.hostname() == nullptr || direct.hostname()[0] == '/') {
      GTEST_SKIP() << "ROOKERY_TEST_POSTGRES names a Unix socket; these tests need TCP";
    }
    proxy_.emplace(direct.hostname(), std::stoi(direct.port()));
    // Of what a URI says twice, the last counts.
    const char mark = database_.uri().find('?') == std::string::npos ? '?' : '&';
    uri_ = fmt::format("{}{}hostaddr=127.0.0.1&port={}", database_.uri(), mark, proxy_->port());
    auto opened = Database::Open(uri_, {});
    ROOKERY_ASSERT_OK(opened);
    through_ = *std::move(opened);
  }

  StatusOr<int64_t> Insert(int64_t id) {
    return through_->Write(Soon(), [&](Transaction& transaction) {
      ++runs_;
      return transaction.Execute(kInsertId, {id});
    });
  }

  std::optional<TcpProxy> proxy_;
  std::string uri_;
  std::unique_ptr<Database> through_;
  int runs_ = 0;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BrokenNetworkTest);
INSTANTIATE_TEST_SUITE_P(All, BrokenNetworkTest,
                         ::testing::ValuesIn(testing::PostgresTestDatabases()), TestDatabaseName());

TEST_P(BrokenNetworkTest, AServerThatComesBackIsUsedAgain) {
  ROOKERY_ASSERT_OK(Insert(1));
  proxy_->Stop();
  EXPECT_THAT(Insert(2), StatusIs(kUnavailable, HasSubstr("cannot be reached")));
  proxy_->Start();
  ROOKERY_EXPECT_OK(Insert(3));
  EXPECT_EQ(Count(), 2);
}

TEST_P(BrokenNetworkTest, ACommitWithoutAnswerIsUnknownAndNotTriedAgain) {
  proxy_->CutAfter(std::string(kCommit));
  EXPECT_THAT(Insert(1), StatusIs(kUnavailable, HasSubstr("unknown")));
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(Count(), 1);
  proxy_->CutBefore(std::string(kCommit));
  EXPECT_THAT(Insert(2), StatusIs(kUnavailable, HasSubstr("unknown")));
  EXPECT_EQ(runs_, 2);
  EXPECT_EQ(Count(), 1);
}

TEST_P(BrokenNetworkTest, AStatementWithoutAnswerIsTriedAgainOnANewConnection) {
  proxy_->CutAfter("INSERT INTO items");
  ROOKERY_EXPECT_OK(Insert(1));
  EXPECT_EQ(runs_, 2);
  EXPECT_EQ(Count(), 1);
}

TEST_P(BrokenNetworkTest, AReadWhoseCommitIsCutIsTriedAgain) {
  proxy_->CutAfter(std::string(kCommit));
  const auto rows = through_->Read(
      Soon(), [](Transaction& transaction) { return transaction.Query(kCountItems, {}); });
  ROOKERY_EXPECT_OK(rows);
}

TEST(PostgresOpen, SaysWhyAndKeepsThePassword) {
  // Port 1 of the loopback: nobody listens.
  EXPECT_THAT(
      Database::Open("postgresql://user:s3cret@127.0.0.1:1/x", {}),
      StatusIs(kUnavailable, ::testing::AllOf(HasSubstr("refused"), Not(HasSubstr("s3cret")))));
}

TEST(PostgresErrors, SqlstatesMapToFaults) {
  constexpr std::pair<const char*, Fault> kMap[] = {
      {"23505", Fault::kUniqueKeyTaken},
      {"23503", Fault::kConstraint},
      {"23502", Fault::kConstraint},
      {"22P05", Fault::kBadValue},
      {"40001", Fault::kConflict},
      {"40P01", Fault::kConflict},
      {"40003", Fault::kCommitUnknown},
      {"57014", Fault::kTimeout},
      {"57P01", Fault::kUnreachable},
      {"57P03", Fault::kUnreachable},
      {"08006", Fault::kUnreachable},
      {"53100", Fault::kDiskFull},
      {"53200", Fault::kOutOfMemory},
      {"53300", Fault::kTooManyConnections},
      {"25006", Fault::kReadOnly},
      {"55P03", Fault::kBusy},
      {"58030", Fault::kDiskError},
      {"XX001", Fault::kDamaged},
      {"XX000", Fault::kBug},
      {"42601", Fault::kBug},
      {"", Fault::kBug},
  };
  for (const auto& [state, fault] : kMap) EXPECT_EQ(PostgresFault(state), fault) << state;
}

}  // namespace
}  // namespace rookery::db
