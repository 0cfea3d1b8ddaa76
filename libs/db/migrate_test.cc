#include "libs/db/migrate.h"

#include <gtest/gtest.h>

#include <thread>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/sql.h"
#include "libs/db/testing/migrations.h"
#include "libs/db/testing/test_database.h"

namespace rookery::db {
namespace {

using ::rookery::testing::AllTestDatabases;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabase;
using ::rookery::testing::TestDatabaseKind;
using ::rookery::testing::TestDatabaseName;
using ::rookery::testing::birds::kMigrations;
using ::testing::HasSubstr;
using enum absl::StatusCode;

// What programs of different ages know.
constexpr Schema kBirds1 = {"birds", std::span(kMigrations, 1)};
constexpr Schema kBirds2 = {"birds", std::span(kMigrations, 2)};
constexpr Schema kBirds3 = {"birds", std::span(kMigrations, 3)};

class MigrateTest : public ::testing::TestWithParam<TestDatabaseKind> {
 protected:
  // A column of all rows, as "1 2 3".
  std::string Column(std::string_view sql) {
    const auto rows = database_->Read(absl::InfiniteFuture(), [&](Transaction& transaction) {
      return transaction.Query({"column", sql}, {});
    });
    if (!rows.ok()) return rows.status().ToString();
    std::string values;
    for (const Row& row : *rows) {
      values += (values.empty() ? "" : " ") + std::to_string(row.Int(0));
    }
    return values;
  }
  std::string Versions() {
    return Column("SELECT version FROM schema_versions WHERE component = 'birds' ORDER BY 1");
  }

  TestDatabase database_{GetParam()};
  FakeClock clock_;
};
INSTANTIATE_TEST_SUITE_P(All, MigrateTest, ::testing::ValuesIn(AllTestDatabases()),
                         TestDatabaseName());

TEST_P(MigrateTest, AnEmptyDatabaseGetsTheWholeSchema) {
  ROOKERY_ASSERT_OK(CreateOrCheck(*database_, kBirds3, clock_));
  EXPECT_EQ(Versions(), "1 2 3");
  EXPECT_EQ(Column("SELECT count(*) FROM nests"), "1");
  EXPECT_EQ(Column("SELECT DISTINCT applied_ms FROM schema_versions"),
            std::to_string(clock_.NowMs()));
}

TEST_P(MigrateTest, WhatIsThereIsLeftAlone) {
  for (int i = 0; i < 2; ++i) {
    ROOKERY_ASSERT_OK(CreateOrCheck(*database_, kBirds3));
    ROOKERY_ASSERT_OK(Upgrade(*database_, kBirds3));
  }
  EXPECT_EQ(Column("SELECT count(*) FROM nests"), "1");
}

TEST_P(MigrateTest, AnOlderSchemaIsRefusedUntilItIsUpgraded) {
  ROOKERY_ASSERT_OK(CreateOrCheck(*database_, kBirds1));
  EXPECT_THAT(CreateOrCheck(*database_, kBirds3),
              StatusIs(kFailedPrecondition, HasSubstr("rookery db upgrade")));
  EXPECT_EQ(Versions(), "1");
  ROOKERY_ASSERT_OK(Upgrade(*database_, kBirds3));
  EXPECT_EQ(Versions(), "1 2 3");
  ROOKERY_EXPECT_OK(CreateOrCheck(*database_, kBirds3));
}

TEST_P(MigrateTest, ANewerSchemaServesTheProgramsThatItAllows) {
  ROOKERY_ASSERT_OK(Upgrade(*database_, kBirds3));
  ROOKERY_EXPECT_OK(CreateOrCheck(*database_, kBirds2));
  ROOKERY_EXPECT_OK(Upgrade(*database_, kBirds2));
  EXPECT_THAT(CreateOrCheck(*database_, kBirds1),
              StatusIs(kFailedPrecondition, HasSubstr("Run a newer Rookery")));
  EXPECT_THAT(Upgrade(*database_, kBirds1), StatusIs(kFailedPrecondition));
  EXPECT_EQ(Versions(), "1 2 3");
}

TEST_P(MigrateTest, AMigrationThatFailsLeavesTheOnesBeforeAndNothingOfItself) {
  const Migration broken[] = {
      kMigrations[0],
      kMigrations[1],
      {3, 1, "CREATE TABLE half (id BIGINT);\nINSERT INTO nowhere VALUES (1);\n"}};
  const auto upgrade = [&] { return Upgrade(*database_, {"birds", broken}); };
  EXPECT_THAT(upgrade(), StatusIs(kInternal, HasSubstr("migration 3 of birds")));
  EXPECT_EQ(Column("SELECT count(*) FROM @tables@ AS t"), "0");
  ROOKERY_ASSERT_OK(Upgrade(*database_, kBirds1));
  EXPECT_THAT(upgrade(), StatusIs(kInternal, HasSubstr("migration 3 of birds")));
  EXPECT_EQ(Versions(), "1 2");
  EXPECT_EQ(Column("SELECT count(*) FROM @tables@ AS t WHERE name = 'half'"), "0");
  ROOKERY_EXPECT_OK(Upgrade(*database_, kBirds3));
}

TEST_P(MigrateTest, ProgramsThatStartAtOnceMigrateOnce) {
  std::vector<std::jthread> programs;
  for (int i = 0; i < 6; ++i) {
    programs.emplace_back([&] {
      const auto own = Database::Open(database_.uri(), {});
      ROOKERY_ASSERT_OK(own);
      ROOKERY_EXPECT_OK(CreateOrCheck(**own, kBirds3));
    });
  }
  programs.clear();
  EXPECT_EQ(Versions(), "1 2 3");
  EXPECT_EQ(Column("SELECT count(*) FROM nests"), "1");
}

TEST_P(MigrateTest, ServicesShareADatabase) {
  constexpr Migration kOther[] = {{1, 1, "CREATE TABLE other (id BIGINT);"}};
  ROOKERY_ASSERT_OK(CreateOrCheck(*database_, kBirds2));
  ROOKERY_ASSERT_OK(CreateOrCheck(*database_, {"other", kOther}));
  EXPECT_EQ(Column("SELECT version FROM schema_versions ORDER BY component, version"), "1 2 1");
}

TEST_P(MigrateTest, WrongNumbersAreABug) {
  constexpr Migration kGap[] = {{1, 1, "SELECT 1;"}, {3, 1, "SELECT 1;"}};
  constexpr Migration kFromTheFuture[] = {{1, 2, "SELECT 1;"}};
  EXPECT_THAT(Upgrade(*database_, {"birds", kGap}), StatusIs(kInternal));
  EXPECT_THAT(Upgrade(*database_, {"birds", kFromTheFuture}), StatusIs(kInternal));
}

TEST_P(MigrateTest, TheStatementsOfThisFolderAreValid) {
  ROOKERY_ASSERT_OK(Upgrade(*database_, kBirds1));
  ROOKERY_EXPECT_OK(testing::PrepareAll(*database_, sql::kAll));
}

}  // namespace
}  // namespace rookery::db
