// Databases for tests: one suite runs over all kinds.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "libs/db/database.h"

namespace rookery::testing {

enum class TestDatabaseKind {
  kSqlite,
  // The default collation is "C".
  kPostgres,
  // The default collation is ICU's en-US, which orders `a` < `B` and ignores punctuation at first.
  kPostgresEnUs,
};

// For INSTANTIATE_TEST_SUITE_P(All, X, ::testing::ValuesIn(AllTestDatabases()),
// TestDatabaseName()). SQLite, and PostgreSQL where the environment variable ROOKERY_TEST_POSTGRES
// holds the URI of a superuser; where it does not, one line on standard output says so.
std::vector<TestDatabaseKind> AllTestDatabases();

// The same, and PostgreSQL with a default collation that is not C.
std::vector<TestDatabaseKind> AllTestDatabasesAndCollations();

// PostgreSQL alone, with the collation "C". A suite over it says
// GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST.
std::vector<TestDatabaseKind> PostgresTestDatabases();

std::ostream& operator<<(std::ostream& out, TestDatabaseKind kind);

struct TestDatabaseName {
  template <typename Info>
  std::string operator()(const Info& info) const {
    return ::testing::PrintToString(info.param);
  }
};

// A new, empty database, which ends with this object. Dies if it cannot be made.
class TestDatabase {
 public:
  explicit TestDatabase(TestDatabaseKind kind, const db::Database::Options& options = {});
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  db::Database& operator*() const { return *database_; }
  db::Database* operator->() const { return database_.get(); }
  // To open it once more, as another process would.
  const std::string& uri() const { return uri_; }
  TestDatabaseKind kind() const { return kind_; }
  // The SQLite file.
  const std::string& path() const { return path_; }

 private:
  const TestDatabaseKind kind_;
  std::string name_;
  // SQLite: a folder of its own and the file in it.
  std::string folder_;
  std::string path_;
  std::string uri_;
  std::unique_ptr<db::Database> database_;
};

// Prepares each statement; the Status names all that the database does not take.
Status PrepareAll(db::Database& database, std::span<const db::Statement* const> statements);

}  // namespace rookery::testing
