// What holds for both databases: values, transactions, bulk writes.
#include "libs/db/database.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"

namespace rookery::db {
namespace {

using ::rookery::testing::AllTestDatabasesAndCollations;
using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabase;
using ::rookery::testing::TestDatabaseKind;
using ::rookery::testing::TestDatabaseName;
using ::testing::HasSubstr;
using enum absl::StatusCode;

constexpr Statement kCreateItems = {"create_items", R"(CREATE TABLE items (
  id BIGINT NOT NULL PRIMARY KEY, name TEXT COLLATE "C" UNIQUE, score DOUBLE PRECISION, data @bytes@))"};
constexpr Statement kCreateParts = {"create_parts", R"(CREATE TABLE parts (
  item BIGINT NOT NULL REFERENCES items (id), no BIGINT NOT NULL CHECK (no > 0),
  PRIMARY KEY (item, no)) @without_rowid@)"};
constexpr Statement kInsert = {"insert_item",
                               "INSERT INTO items (id, name, score, data) VALUES ($1, $2, $3, $4)"};
constexpr Statement kGet = {"get_item", "SELECT id, name, score, data FROM items WHERE id = $1"};
constexpr Statement kCount = {"count_items", "SELECT count(*) FROM items"};

constexpr Value kNull = std::monostate();

absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

class DatabaseTest : public ::testing::TestWithParam<TestDatabaseKind> {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK(Execute(kCreateItems, {}));
    ROOKERY_ASSERT_OK(Execute(kCreateParts, {}));
  }

  StatusOr<int64_t> Execute(const Statement& statement, const Values& values) {
    return database_->Write(Soon(), [&](Transaction& tx) { return tx.Execute(statement, values); });
  }
  Status ExecuteMany(const Statement& statement, const Values& shared, const Columns& columns) {
    return database_->Write(
        Soon(), [&](Transaction& tx) { return tx.ExecuteMany(statement, shared, columns).status(); });
  }
  StatusOr<Rows> Query(const Statement& statement, const Values& values = {}) {
    return database_->Read(Soon(), [&](Transaction& tx) { return tx.Query(statement, values); });
  }
  int64_t Count() { return Query(kCount).value()[0].Int(0); }

  TestDatabase database_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(All, DatabaseTest, ::testing::ValuesIn(AllTestDatabasesAndCollations()),
                         TestDatabaseName());

TEST_P(DatabaseTest, ValuesComeBackAsTheyWent) {
  const std::string text = "\"q\" 'a' \\ \xE6\x97\xA5\xF0\x9F\x90\xA6 {},\n\t%_";
  std::string bytes(256, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  const Values values = {std::numeric_limits<int64_t>::min(), std::string_view(text), 0.1,
                         Bytes{bytes}};
  ROOKERY_ASSERT_OK_AND_ASSIGN(const int64_t written, Execute(kInsert, values));
  EXPECT_EQ(written, 1);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGet, {std::numeric_limits<int64_t>::min()}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].Int(0), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(rows[0].Text(1), text);
  EXPECT_EQ(rows[0].Real(2), 0.1);
  EXPECT_EQ(rows[0].Text(3), bytes);
}

TEST_P(DatabaseTest, NullsComeBackAsNulls) {
  ROOKERY_ASSERT_OK(Execute(kInsert, {int64_t{1}, OrNull(std::optional<std::string>()),
                                      OrNull(std::optional<int64_t>()), kNull}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGet, {int64_t{1}}));
  const Row row = rows[0];
  EXPECT_FALSE(row.IsNull(0));
  EXPECT_TRUE(row.IsNull(1));
  EXPECT_EQ(row.OptionalText(1), std::nullopt);
  EXPECT_EQ(row.OptionalReal(2), std::nullopt);
  EXPECT_EQ(row.OptionalInt(3), std::nullopt);
  EXPECT_EQ(row.OptionalInt(0), 1);
}

}  // namespace
}  // namespace rookery::db
