// What both databases tell Prometheus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::AllTestDatabases;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseName;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using enum absl::StatusCode;

// Made before the database that counts in it.
struct HasRegistry {
  metrics::Registry registry_;
};

class MetricsTest : private HasRegistry, public ItemsTest {
 protected:
  MetricsTest() : ItemsTest({.max_connections = 1, .metrics = &registry_}) {}

  std::string Text() const { return registry_.Text(); }
  // The pool that transactions of this kind use.
  std::string Pool(const char* sqlite) const { return IsSqlite() ? sqlite : "all"; }
};
INSTANTIATE_TEST_SUITE_P(All, MetricsTest, ::testing::ValuesIn(AllTestDatabases()),
                         TestDatabaseName());

TEST_P(MetricsTest, StatementsAreTimedByName) {
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{2}}));
  Count();
  const std::string text = Text();
  EXPECT_THAT(
      text, HasSubstr("rookery_db_statement_duration_seconds_count{statement=\"insert_id\"} 2\n"));
  EXPECT_THAT(
      text,
      HasSubstr("rookery_db_statement_duration_seconds_count{statement=\"count_items\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("rookery_db_statement_duration_seconds_count{statement=\"commit\"} 5\n"));
}

TEST_P(MetricsTest, ConnectionsAreInUseOrIdle) {
  const std::string pool = Pool("writers");
  const std::string in_use = "rookery_db_connections{pool=\"" + pool + "\",state=\"in_use\"} ";
  const std::string idle = "rookery_db_connections{pool=\"" + pool + "\",state=\"idle\"} ";
  const std::string limit = "rookery_db_connections_limit{pool=\"" + pool + "\"} 1\n";
  EXPECT_THAT(Text(), AllOf(HasSubstr(in_use + "0\n"), HasSubstr(idle + "1\n"), HasSubstr(limit)));
  ROOKERY_ASSERT_OK(database_->Write(Soon(), [&](Transaction&) {
    EXPECT_THAT(Text(), AllOf(HasSubstr(in_use + "1\n"), HasSubstr(idle + "0\n")));
    return absl::OkStatus();
  }));
  EXPECT_THAT(Text(), HasSubstr(in_use + "0\n"));
}

TEST_P(MetricsTest, WhoWaitedForAConnectionIsCounted) {
  const std::string waits =
      "rookery_db_connection_wait_seconds_count{pool=\"" + Pool("writers") + "\"} ";
  EXPECT_THAT(Text(), HasSubstr(waits + "0\n"));
  // Gives up, since the only connection is in use.
  ROOKERY_ASSERT_OK(database_->Write(Soon(), [&](Transaction&) {
    std::jthread([&] {
      EXPECT_THAT(database_->Write(absl::Now() + absl::Milliseconds(5),
                                   [](Transaction&) { return absl::OkStatus(); }),
                  StatusIs(kDeadlineExceeded));
    }).join();
    return absl::OkStatus();
  }));
  EXPECT_THAT(Text(), HasSubstr(waits + "1\n"));
  EXPECT_THAT(Text(), HasSubstr("rookery_db_errors_total{code=\"DEADLINE_EXCEEDED\"} 1\n"));
}

TEST_P(MetricsTest, ErrorsOfTheDatabaseAreCountedAndThoseOfTheBodyAreNot) {
  EXPECT_THAT(database_->Write(Soon(), [](Transaction&) { return absl::NotFoundError("no"); }),
              StatusIs(kNotFound));
  EXPECT_THAT(Text(), Not(HasSubstr("rookery_db_errors_total{")));
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  EXPECT_THAT(Execute(kInsertId, {int64_t{1}}), StatusIs(kAlreadyExists));
  EXPECT_THAT(Text(), HasSubstr("rookery_db_errors_total{code=\"ALREADY_EXISTS\"} 1\n"));
}

TEST_P(MetricsTest, RetriesAreCounted) {
  int runs = 0;
  ROOKERY_ASSERT_OK(database_->Write(Soon(), [&runs](Transaction&) -> Status {
    if (++runs < 3) return absl::AbortedError("again");
    return absl::OkStatus();
  }));
  EXPECT_THAT(Text(), HasSubstr("rookery_db_retries_total{reason=\"conflict\"} 2\n"));
}

}  // namespace
}  // namespace rookery::db
