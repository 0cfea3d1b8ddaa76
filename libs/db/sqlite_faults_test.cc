// What goes wrong with an SQLite file.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <fstream>
#include <latch>
#include <thread>

#include "libs/db/sqlite_errors.h"
#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseKind;
using ::rookery::testing::TestDatabaseName;
using ::testing::HasSubstr;
using enum absl::StatusCode;

class SqliteTest : public ItemsTest {
 protected:
  Status InsertMegabytes(int64_t id) {
    const std::string data(1 << 20, 'x');
    return database_->Write(Soon(), [&](Transaction& transaction) -> Status {
      for (int64_t i = 0; i < 4; ++i) {
        RETURN_IF_ERROR(transaction.Execute(kInsertItem, {id + i, kNull, kNull, Bytes{data}}));
      }
      return absl::OkStatus();
    });
  }
};
INSTANTIATE_TEST_SUITE_P(All, SqliteTest, ::testing::Values(TestDatabaseKind::kSqlite),
                         TestDatabaseName());

TEST_P(SqliteTest, AcknowledgedWritesAreOnDiskAndForeignKeysAreOn) {
  const auto pragma = [&](std::string_view name) {
    const std::string sql = fmt::format("PRAGMA {}", name);
    return database_
        ->Write(Soon(), [&](Transaction& transaction) { return transaction.Query({"p", sql}, {}); })
        .value()[0];
  };
  EXPECT_EQ(pragma("journal_mode").Text(0), "wal");
  EXPECT_EQ(pragma("synchronous").Int(0), 2);
  EXPECT_EQ(pragma("foreign_keys").Int(0), 1);
}

TEST_P(SqliteTest, AFullDatabaseIsUnavailableAndHeals) {
  const auto limit = [&](int pages) {
    const std::string sql = fmt::format("PRAGMA max_page_count = {}", pages);
    return Execute({"limit", sql}, {});
  };
  ROOKERY_ASSERT_OK(limit(100));
  EXPECT_THAT(InsertMegabytes(1), StatusIs(kUnavailable, HasSubstr("disk is full")));
  EXPECT_EQ(Count(), 0);
  ROOKERY_ASSERT_OK(limit(100'000));
  ROOKERY_EXPECT_OK(InsertMegabytes(1));
  EXPECT_EQ(Count(), 4);
}

TEST_P(SqliteTest, AFileThatMayNotGrowIsAFullDisk) {
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 1 << 20;
  setrlimit(RLIMIT_FSIZE, &small);
  const Status full = InsertMegabytes(1);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(full, StatusIs(kUnavailable, HasSubstr("disk is full")));
  EXPECT_EQ(Count(), 0);
  ROOKERY_EXPECT_OK(InsertMegabytes(1));
}

TEST_P(SqliteTest, AReadOnlyFileIsRefusedAtOpening) {
  chmod(database_.path().c_str(), 0444);
  // Root may write anything.
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  const auto opened = Database::Open(database_.uri(), {});
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  EXPECT_THAT(opened, StatusIs(kUnavailable, HasSubstr("read-only")));
}

TEST_P(SqliteTest, AFileThatIsNoDatabaseIsDataLoss) {
  const std::string path = database_.path() + ".txt";
  std::ofstream(path) << std::string(8192, 'x');
  EXPECT_THAT(Database::Open("sqlite:///" + path, {}),
              StatusIs(kDataLoss, HasSubstr("is no SQLite database")));
}

TEST_P(SqliteTest, ADamagedFileIsDataLoss) {
  const std::string path = database_.path() + ".damaged";
  const auto write = [](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.Execute(kCreateItems, {}));
    return transaction.Execute(kInsertId, {int64_t{1}}).status();
  };
  ROOKERY_ASSERT_OK(Database::Open("sqlite:///" + path, {}).value()->Write(Soon(), write));
  // All but the first page, which tells of the file and its tables.
  std::fstream(path, std::ios::in | std::ios::out).seekp(4096) << std::string(65536, '\xA5');
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto opened, Database::Open("sqlite:///" + path, {}));
  EXPECT_THAT(opened->Read(Soon(),
                           [](Transaction& transaction) {
                             return transaction.Query({"all", "SELECT * FROM items"}, {});
                           }),
              StatusIs(kDataLoss));
}

TEST_P(SqliteTest, AMissingFolderIsNamed) {
  EXPECT_THAT(Database::Open("sqlite:////no/such/folder/x.db", {}),
              StatusIs(kUnavailable, ::testing::AllOf(HasSubstr("/no/such/folder/x.db"),
                                                      HasSubstr("No such file"))));
}

// Another process, for example a backup, that holds the file's write lock.
class OtherProcess {
 public:
  explicit OtherProcess(const std::string& path) {
    sqlite3_open(path.c_str(), &db_);
    EXPECT_EQ(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~OtherProcess() { sqlite3_close(db_); }

 private:
  sqlite3* db_ = nullptr;
};

TEST_P(SqliteTest, AFileLockedByAnotherProcessIsWaitedForUntilTheDeadline) {
  OtherProcess other(database_.path());
  EXPECT_THAT(database_->Write(absl::Now() + absl::Milliseconds(100),
                               [](Transaction& transaction) {
                                 return transaction.Execute(kInsertId, {int64_t{1}});
                               }),
              StatusIs(kDeadlineExceeded));
  // Readers are not in the way.
  EXPECT_EQ(Count(), 0);
}

TEST_P(SqliteTest, AFileUnlockedByAnotherProcessIsWritten) {
  std::optional<OtherProcess> other(database_.path());
  std::latch writing(1);
  std::jthread writer([&] {
    writing.count_down();
    ROOKERY_EXPECT_OK(Execute(kInsertId, {int64_t{1}}));
  });
  writing.wait();
  other.reset();
  writer.join();
  EXPECT_EQ(Count(), 1);
}

TEST_P(SqliteTest, TwoDatabasesOnOneFileSeeEachOther) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto other, Database::Open(database_.uri(), {}));
  ROOKERY_ASSERT_OK(other->Write(Soon(), [](Transaction& transaction) {
    return transaction.Execute(kInsertId, {int64_t{1}});
  }));
  EXPECT_EQ(Count(), 1);
}

TEST(SqliteInMemory, ReadsSeeWritesOfManyThreads) {
  for (const char* uri : {"sqlite://", "sqlite:///:memory:"}) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto database, Database::Open(uri, {}));
    const absl::Time deadline = absl::InfiniteFuture();
    ROOKERY_ASSERT_OK(database->Write(
        deadline, [](Transaction& transaction) { return transaction.Execute(kCreateItems, {}); }));
    std::vector<std::jthread> threads;
    for (int64_t id = 0; id < 8; ++id) {
      threads.emplace_back([&, id] {
        ROOKERY_EXPECT_OK(database->Write(deadline, [&](Transaction& transaction) {
          return transaction.Execute(kInsertId, {id});
        }));
      });
    }
    threads.clear();
    const auto row = database->Read(
        deadline, [](Transaction& transaction) { return transaction.QueryOne(kCountItems, {}); });
    ROOKERY_ASSERT_OK(row);
    EXPECT_EQ((*row)->Int(0), 8);
  }
}

TEST(SqliteErrors, CodesMapToFaults) {
  constexpr std::tuple<int, int, Fault> kMap[] = {
      {SQLITE_CONSTRAINT_UNIQUE, 0, Fault::kUniqueKeyTaken},
      {SQLITE_CONSTRAINT_PRIMARYKEY, 0, Fault::kUniqueKeyTaken},
      {SQLITE_CONSTRAINT_FOREIGNKEY, 0, Fault::kConstraint},
      {SQLITE_BUSY, 0, Fault::kBusy},
      {SQLITE_BUSY_SNAPSHOT, 0, Fault::kBusy},
      {SQLITE_LOCKED, 0, Fault::kBusy},
      {SQLITE_FULL, 0, Fault::kDiskFull},
      {SQLITE_IOERR_WRITE, ENOSPC, Fault::kDiskFull},
      {SQLITE_IOERR_WRITE, EIO, Fault::kDiskError},
      {SQLITE_IOERR_NOMEM, 0, Fault::kOutOfMemory},
      {SQLITE_READONLY_DBMOVED, 0, Fault::kReadOnly},
      {SQLITE_CORRUPT, 0, Fault::kDamaged},
      {SQLITE_NOTADB, 0, Fault::kDamaged},
      {SQLITE_CANTOPEN, 0, Fault::kUnreachable},
      {SQLITE_TOOBIG, 0, Fault::kTooLarge},
      {SQLITE_INTERRUPT, 0, Fault::kTimeout},
      {SQLITE_ERROR, 0, Fault::kBug},
  };
  for (const auto& [code, error, fault] : kMap) EXPECT_EQ(SqliteFault(code, error), fault) << code;
}

}  // namespace
}  // namespace rookery::db
