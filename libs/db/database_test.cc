// Values, on both databases: what comes back, and what is refused.
#include "libs/db/database.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libs/base/log.h"
#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::AllTestDatabasesAndCollations;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseName;
using ::testing::HasSubstr;
using enum absl::StatusCode;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class ValuesTest : public ItemsTest {};
INSTANTIATE_TEST_SUITE_P(All, ValuesTest, ::testing::ValuesIn(AllTestDatabasesAndCollations()),
                         TestDatabaseName());

TEST_P(ValuesTest, ComeBackAsTheyWent) {
  const std::string text = "\"q\" 'a' \\ \xE6\x97\xA5\xF0\x9F\x90\xA6 {},\n\t%_\x01";
  std::string bytes(256, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const int64_t written,
      Execute(kInsertItem, {int64_t{1}, std::string_view(text), 0.1, Bytes{bytes}}));
  EXPECT_EQ(written, 1);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGetItem, {int64_t{1}}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].Int(0), 1);
  EXPECT_EQ(rows[0].Text(1), text);
  EXPECT_EQ(rows[0].Real(2), 0.1);
  EXPECT_EQ(rows[0].Text(3), bytes);
}

TEST_P(ValuesTest, NullsComeBackAsNullsAndReadAsNothing) {
  ROOKERY_ASSERT_OK(Execute(kInsertItem, {int64_t{1}, OrNull(std::optional<std::string>()),
                                          OrNull(std::optional<int64_t>()), kNull}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGetItem, {int64_t{1}}));
  const Row row = rows[0];
  EXPECT_FALSE(row.IsNull(0));
  EXPECT_TRUE(row.IsNull(1));
  EXPECT_EQ(row.Text(1), "");
  EXPECT_EQ(row.OptionalText(1), std::nullopt);
  EXPECT_EQ(row.OptionalReal(2), std::nullopt);
  EXPECT_EQ(row.OptionalInt(3), std::nullopt);
  EXPECT_EQ(row.OptionalInt(0), 1);
}

TEST_P(ValuesTest, EmptyTextAndEmptyBytesAreNotNull) {
  ROOKERY_ASSERT_OK(
      Execute(kInsertItem, {int64_t{1}, std::string_view(), kNull, Bytes{std::string_view()}}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGetItem, {int64_t{1}}));
  EXPECT_EQ(rows[0].OptionalText(1), "");
  EXPECT_EQ(rows[0].OptionalText(3), "");
}

TEST_P(ValuesTest, ExtremeNumbersSurvive) {
  const double reals[] = {kInfinity, -kInfinity, 5e-324, 1.7976931348623157e308, -0.0, 1.0 / 3};
  int64_t id = kMin;
  for (const double real : reals) {
    ROOKERY_ASSERT_OK(Execute(kInsertItem, {id, kNull, real, kNull}));
    ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGetItem, {id}));
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].Int(0), id);
    EXPECT_EQ(rows[0].Real(2), real);
    id = id == kMin ? kMax : id - 1;
  }
}

TEST_P(ValuesTest, NanIsNanOnPostgresAndNullOnSqlite) {
  ROOKERY_ASSERT_OK(Execute(kInsertItem, {int64_t{1}, kNull, -std::nan(""), kNull}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGetItem, {int64_t{1}}));
  if (IsSqlite()) {
    EXPECT_TRUE(rows[0].IsNull(2));
  } else {
    EXPECT_TRUE(std::isnan(rows[0].Real(2)));
  }
}

TEST_P(ValuesTest, SumsOfIntegersAndComparisonsReadAsIntegers) {
  constexpr Statement kSum = {"sum", "SELECT sum(id), max(id) > 1, avg(id) FROM items"};
  for (const int64_t id : {1, 2}) ROOKERY_ASSERT_OK(Execute(kInsertId, {id}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kSum));
  EXPECT_EQ(rows[0].Int(0), 3);
  EXPECT_EQ(rows[0].Int(1), 1);
  EXPECT_EQ(rows[0].Real(2), 1.5);
}

TEST_P(ValuesTest, TextWithNulOrBadUtf8IsRefused) {
  const std::string nul("a\0b", 3);
  EXPECT_THAT(Execute(kInsertItem, {int64_t{1}, std::string_view(nul), kNull, kNull}),
              StatusIs(kInvalidArgument, HasSubstr("NUL")));
  EXPECT_THAT(Execute(kInsertItem, {int64_t{1}, "\xC3\x28", kNull, kNull}),
              StatusIs(kInvalidArgument, HasSubstr("UTF-8")));
  const TextList list = {nul};
  constexpr Statement kFind = {"find", "SELECT id FROM items WHERE name @any_text($1)@"};
  EXPECT_THAT(Query(kFind, {&list}), StatusIs(kInvalidArgument, HasSubstr("NUL")));
  EXPECT_EQ(Count(), 0);
}

TEST_P(ValuesTest, TextSortsByBytesWhateverTheDatabasesCollation) {
  constexpr Statement kNames = {"names", "SELECT name FROM items ORDER BY name"};
  int64_t id = 0;
  for (const std::string_view name : {"a", "B", "_", "\xC3\xA4", "Z", "-b", "ab"}) {
    ROOKERY_ASSERT_OK(Execute(kInsertItem, {++id, name, kNull, kNull}));
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kNames));
  std::string names;
  for (const Row& row : rows) names += std::string(row.Text(0)) + " ";
  EXPECT_EQ(names, "-b B Z _ a ab \xC3\xA4 ");
}

TEST_P(ValuesTest, RowsOutliveTheirTransactionAndEachOther) {
  ROOKERY_ASSERT_OK(Execute(kInsertItem, {int64_t{1}, "kept", kNull, kNull}));
  StatusOr<std::optional<Row>> row = database_->Read(Soon(), [&](Transaction& transaction) {
    return transaction.QueryOne(kGetItem, {int64_t{1}});
  });
  ROOKERY_ASSERT_OK(row);
  ASSERT_TRUE(row->has_value());
  EXPECT_EQ((*row)->Text(1), "kept");
}

TEST_P(ValuesTest, QueryOneOfNoRowsIsNothing) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto row,
                               database_->Read(Soon(), [&](Transaction& transaction) {
                                 return transaction.QueryOne(kGetItem, {int64_t{1}});
                               }));
  EXPECT_FALSE(row.has_value());
}

TEST_P(ValuesTest, ExecuteCountsTheRowsThatItWrote) {
  constexpr Statement kInsertIfNew = {"insert_if_new",
                                      "INSERT INTO items (id) VALUES ($1) ON CONFLICT DO NOTHING"};
  constexpr Statement kRename = {"rename", "UPDATE items SET score = 1 WHERE id > $1"};
  for (const int64_t id : {1, 2, 3}) EXPECT_EQ(Execute(kInsertIfNew, {id}).value(), 1);
  EXPECT_EQ(Execute(kInsertIfNew, {int64_t{3}}).value(), 0);
  EXPECT_EQ(Execute(kRename, {int64_t{1}}).value(), 2);
  EXPECT_EQ(Execute(kRename, {int64_t{9}}).value(), 0);
  EXPECT_EQ(Execute({"create", "CREATE TABLE other (id BIGINT)"}, {}).value(), 0);
}

TEST(RowsTest, ReadingACellAsSomethingElseDies) {
  Table table;
  table.columns = 1;
  table.AddText("x");
  const Rows rows(std::move(table));
  // EXPECT_DEATH reads standard error, where only a set-up log goes.
  const auto log = [] { return SetUpLogging("error"); };
  EXPECT_DEATH(log() && rows[0].Int(0), "not an integer");
  EXPECT_DEATH(log() && rows[0].Text(1).empty(), "no such column or row");
  EXPECT_DEATH(log() && rows[1].Text(0).empty(), "no such column or row");
}

}  // namespace
}  // namespace rookery::db
