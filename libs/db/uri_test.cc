#include "libs/db/uri.h"

#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/database.h"

namespace rookery::db {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

std::string SqlitePath(std::string_view uri) {
  return std::get<SqliteTarget>(ParseUri(uri).value()).path;
}
std::string PostgresUri(std::string_view uri) {
  return std::get<PostgresTarget>(ParseUri(uri).value()).uri;
}

TEST(UriTest, SqlitePathsFollowSqlalchemy) {
  EXPECT_EQ(SqlitePath("sqlite:///mlflow.db"), "mlflow.db");
  EXPECT_EQ(SqlitePath("sqlite:///a/b c%20.db"), "a/b c%20.db");
  EXPECT_EQ(SqlitePath("sqlite:////var/lib/x.db"), "/var/lib/x.db");
  EXPECT_EQ(SqlitePath("sqlite+pysqlite:///x.db"), "x.db");
  for (const char* memory : {"sqlite://", "sqlite:///", "sqlite:///:memory:"}) {
    EXPECT_EQ(SqlitePath(memory), "");
  }
}

TEST(UriTest, PostgresDriversOfSqlalchemyAreIgnored) {
  EXPECT_EQ(PostgresUri("postgresql+psycopg2://u:p@h:5/d?sslmode=require"),
            "postgresql://u:p@h:5/d?sslmode=require");
  EXPECT_EQ(PostgresUri("postgres://h/d"), "postgresql://h/d");
}

TEST(UriTest, WhatTheUriSaysGoesBeforeTheDefaults) {
  EXPECT_EQ(WithDefaults("postgresql://h/d", "a=1"), "postgresql://h/d?a=1");
  EXPECT_EQ(WithDefaults("postgresql://h/d?a=2", "a=1"), "postgresql://h/d?a=1&a=2");
  EXPECT_EQ(WithDefaults("postgresql://u:p?w@h/d?a=2", "a=1"), "postgresql://u:p?w@h/d?a=1&a=2");
  EXPECT_EQ(WithDefaults("postgresql://", "a=1"), "postgresql://?a=1");
}

TEST(UriTest, CredentialsAreNotPrinted) {
  EXPECT_EQ(WithoutCredentials("sqlite:///a/b.db"), "sqlite:///a/b.db");
  EXPECT_EQ(WithoutCredentials("postgresql://u:s@h:5/d?password=s"), "postgresql://h:5/d");
  EXPECT_EQ(WithoutCredentials("postgresql://u:s?@/s@h/d"), "postgresql://h/d");
  EXPECT_EQ(WithoutCredentials("secret"), "");
}

TEST(UriTest, OthersAreRefusedAndNotRepeated) {
  for (const std::string_view uri :
       {"", "secret", "mysql://u:secret@h/d", "sqlite:secret", "sqlite://secret.db",
        "sqlite:///secret.db?mode=ro", "sqlite:///file:secret", "sqlite:///:secret",
        "postgresql://u:secret@h:port%/d", "postgresql://u:secret@h/d?nonsense=1",
        "postgresql://u:sec%zzret@h/d"}) {
    const auto target = ParseUri(uri);
    EXPECT_THAT(target, StatusIs(absl::StatusCode::kInvalidArgument, Not(HasSubstr("secret"))))
        << uri;
  }
}

TEST(UriTest, ADatabaseWithoutConnectionsIsRefused) {
  EXPECT_THAT(Database::Open("sqlite://", {.max_connections = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::db
