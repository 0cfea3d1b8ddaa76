#include "libs/db/testing/test_database.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <cstdlib>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <pqxx/connection>
#include <pqxx/nontransaction>

#include "libs/base/ids.h"

namespace rookery::testing {
namespace {

const char* PostgresUri() { return std::getenv("ROOKERY_TEST_POSTGRES"); }

// The server's URI with another database.
std::string WithDatabase(std::string_view server, std::string_view name) {
  const size_t host = server.find("://") + 3;
  const size_t question = server.find('?', host);
  const size_t end = std::min(server.find('/', host), question);
  return fmt::format("{}/{}{}", server.substr(0, end), name,
                     question == std::string_view::npos ? "" : server.substr(question));
}

// Database has no way to run what runs in no transaction.
void RunOnServer(const std::string& sql) {
  pqxx::connection connection(PostgresUri());
  pqxx::nontransaction(connection).exec(sql);
}

std::string_view LocaleOf(TestDatabaseKind kind) {
  return kind == TestDatabaseKind::kPostgresEnUs
             ? "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'"
             : "LOCALE 'C'";
}

}  // namespace

std::vector<TestDatabaseKind> PostgresTestDatabases() {
  if (PostgresUri() != nullptr) return {TestDatabaseKind::kPostgres};
  static const int said =
      std::printf("NOT RUN: PostgreSQL tests (ROOKERY_TEST_POSTGRES is not set)\n");
  static_cast<void>(said);
  return {};
}

std::vector<TestDatabaseKind> AllTestDatabases() {
  std::vector<TestDatabaseKind> kinds = PostgresTestDatabases();
  kinds.insert(kinds.begin(), TestDatabaseKind::kSqlite);
  return kinds;
}

std::vector<TestDatabaseKind> AllTestDatabasesAndCollations() {
  std::vector<TestDatabaseKind> kinds = AllTestDatabases();
  if (kinds.size() > 1) kinds.push_back(TestDatabaseKind::kPostgresEnUs);
  return kinds;
}

std::ostream& operator<<(std::ostream& out, TestDatabaseKind kind) {
  switch (kind) {
    case TestDatabaseKind::kSqlite:
      return out << "Sqlite";
    case TestDatabaseKind::kPostgres:
      return out << "Postgres";
    case TestDatabaseKind::kPostgresEnUs:
      return out << "PostgresEnUs";
  }
  return out;
}

TestDatabase::TestDatabase(TestDatabaseKind kind, const db::Database::Options& options)
    : kind_(kind), name_("rookery_test_" + NewRequestId()) {
  if (kind == TestDatabaseKind::kSqlite) {
    folder_ = std::filesystem::temp_directory_path() / name_;
    std::filesystem::create_directory(folder_);
    path_ = folder_ + "/test.db";
    uri_ = "sqlite:///" + path_;
  } else {
    RunOnServer(fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' {}", name_,
                            LocaleOf(kind)));
    uri_ = WithDatabase(PostgresUri(), name_);
  }
  auto opened = db::Database::Open(uri_, options);
  if (!opened.ok()) {
    fmt::print(stderr, "Cannot open the test database: {}\n", opened.status().ToString());
    std::abort();
  }
  database_ = *std::move(opened);
}

TestDatabase::~TestDatabase() {
  database_.reset();
  if (kind_ == TestDatabaseKind::kSqlite) {
    std::filesystem::remove_all(folder_);
  } else {
    RunOnServer(fmt::format("DROP DATABASE {} WITH (FORCE)", name_));
  }
}

Status PrepareAll(db::Database& database, std::span<const db::Statement* const> statements) {
  std::string refused;
  for (const db::Statement* statement : statements) {
    // A transaction each, for the first error ends one.
    const Status status = database.Write(absl::InfiniteFuture(), [&](db::Transaction& transaction) {
      return transaction.Prepare(*statement);
    });
    if (!status.ok()) refused += fmt::format(" {} ({})", statement->name, status.ToString());
  }
  if (refused.empty()) return absl::OkStatus();
  return absl::InternalError("The database does not take these statements:" + refused);
}

}  // namespace rookery::testing
