// The words of README.md and bulk writes, on both databases.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::AllTestDatabasesAndCollations;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseName;
using enum absl::StatusCode;

class WordsTest : public ItemsTest {
 protected:
  void Insert(int64_t id, std::string_view name) {
    ROOKERY_ASSERT_OK(Execute(kInsertItem, {id, name, kNull, kNull}));
  }
  // The ids that a query finds, as "1 2 3".
  std::string Ids(const Statement& statement, const Values& values) {
    const StatusOr<Rows> rows = Query(statement, values);
    if (!rows.ok()) return rows.status().ToString();
    std::string ids;
    for (const Row& row : *rows) ids += (ids.empty() ? "" : " ") + std::to_string(row.Int(0));
    return ids;
  }
};
INSTANTIATE_TEST_SUITE_P(All, WordsTest, ::testing::ValuesIn(AllTestDatabasesAndCollations()),
                         TestDatabaseName());

constexpr Statement kByNames = {"by_names",
                                "SELECT id FROM items WHERE name @any_text($1)@ ORDER BY id"};
constexpr Statement kByIds = {
    "by_ids", "SELECT id FROM items WHERE id > $1 AND id @any_int($2)@ ORDER BY id"};

TEST_P(WordsTest, ListsOfTextsMayHoldAnyCharacters) {
  const TextList names = {"a,b", "{x}", "\"q\"",  "back\\slash",      "NULL", "null", "",
                          " ",   "'",   "\n\x01", "\xF0\x9F\x90\xA6", "[]",   "$1",   "@rows@"};
  int64_t id = 0;
  for (const std::string& name : names) Insert(++id, name);
  Insert(++id, "other");
  EXPECT_EQ(Ids(kByNames, {&names}), "1 2 3 4 5 6 7 8 9 10 11 12 13 14");
  const TextList none;
  EXPECT_EQ(Ids(kByNames, {&none}), "");
  for (size_t i = 0; i < names.size(); ++i) {
    const TextList one = {names[i]};
    EXPECT_EQ(Ids(kByNames, {&one}), std::to_string(i + 1));
  }
}

constexpr Statement kCreateNests = {"create_nests", R"(CREATE TABLE nests (
  workspace_id TEXT NOT NULL, nest_id BIGINT NOT NULL, changes BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, nest_id)))"};
constexpr Statement kCreateEggs = {"create_eggs", R"(CREATE TABLE eggs (
  workspace_id TEXT NOT NULL, nest_id BIGINT NOT NULL, egg BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, nest_id, egg)))"};
constexpr Statement kTriggers[] = {
    {"counter", "@change_counter(nests, nest_id, changes)@"},
    {"on_insert", "@count_changes(insert, eggs, nests, nest_id, changes)@"},
    {"on_update", "@count_changes(update, eggs, nests, nest_id, changes)@"},
    {"on_delete", "@count_changes(delete, eggs, nests, nest_id, changes)@"}};
constexpr Statement kInsertEggs = {"insert_eggs",
                                   "INSERT INTO eggs (workspace_id, nest_id, egg)"
                                   " SELECT $1, r.nest_id, r.egg FROM @rows(nest_id bigint, egg"
                                   " bigint)@ AS r WHERE true ON CONFLICT DO NOTHING"};

TEST_P(WordsTest, ChangesOfARowsChildrenAreCountedAndAreNotThoseOfTheStatement) {
  ROOKERY_ASSERT_OK(Execute(kCreateNests, {}));
  ROOKERY_ASSERT_OK(Execute(kCreateEggs, {}));
  for (const Statement& trigger : kTriggers) ROOKERY_ASSERT_OK(Execute(trigger, {}));
  constexpr Statement kNest = {"nest", "INSERT INTO nests (workspace_id, nest_id) VALUES ($1, $2)"};
  for (const int64_t nest : {1, 2, 3}) ROOKERY_ASSERT_OK(Execute(kNest, {"w", nest}));
  ROOKERY_ASSERT_OK(Execute(kNest, {"other", 1}));
  // The nests of `w` that changed since the last look.
  const auto changed = [&] {
    const std::string ids = Ids(
        {"changed", "SELECT nest_id FROM nests WHERE changes > 0 ORDER BY workspace_id, nest_id"},
        {});
    ROOKERY_EXPECT_OK(Execute({"look", "UPDATE nests SET changes = 0"}, {}));
    return ids;
  };
  const auto eggs = [](const IntList& nests, const IntList& numbers) {
    return Columns{nests, numbers};
  };
  EXPECT_EQ(ExecuteMany(kInsertEggs, {"w"}, eggs({1, 1, 2}, {1, 2, 1})).value_or(-1), 3);
  EXPECT_EQ(changed(), "1 2");
  EXPECT_EQ(ExecuteMany(kInsertEggs, {"w"}, eggs({1, 3}, {1, 1})).value_or(-1), 1);
  EXPECT_EQ(changed(), "3");
  constexpr Statement kMove = {"move", "UPDATE eggs SET egg = 7 WHERE nest_id = $1 AND egg = 1"};
  EXPECT_EQ(Execute(kMove, {2}).value_or(-1), 1);
  EXPECT_EQ(changed(), "2");
  EXPECT_EQ(Execute({"take", "DELETE FROM eggs WHERE nest_id = $1"}, {1}).value_or(-1), 2);
  EXPECT_EQ(changed(), "1");
  EXPECT_EQ(Execute(kMove, {2}).value_or(-1), 0);
  EXPECT_EQ(changed(), "");
}

TEST_P(WordsTest, SlicesOfLongBytesAreReadAndLeaveNothingOpen) {
  ROOKERY_ASSERT_OK(Execute(
      {"create", "CREATE TABLE songs (id BIGINT NOT NULL PRIMARY KEY, data @bytes@ NOT NULL)"},
      {}));
  std::string song(100'000, '\0');
  for (size_t i = 0; i < song.size(); ++i) song[i] = static_cast<char>(i * 31 >> 3);
  const auto insert = [&](int64_t id, std::string_view data) {
    ROOKERY_ASSERT_OK(
        Execute({"insert", "INSERT INTO songs (id, data) VALUES ($1, $2)"}, {id, Bytes{data}}));
  };
  // Of each row that is there, by offset.
  const auto slices = [&](const IntList& offsets, int64_t size) {
    std::vector<std::string> found;
    const auto rows = Query({"slices",
                             "SELECT @slice(songs, s, data, r.value, $2)@ FROM songs s,"
                             " @ints($1, r)@ ORDER BY s.id, r.value"},
                            {&offsets, size});
    ROOKERY_EXPECT_OK(rows);
    if (rows.ok()) {
      for (const Row& row : *rows) found.emplace_back(row.Text(0));
    }
    return found;
  };
  insert(1, song);
  using Slices = std::vector<std::string>;
  EXPECT_EQ(slices({90'000, 0, 5}, 3),
            Slices({song.substr(0, 3), song.substr(5, 3), song.substr(90'000, 3)}));
  // A look that was still open would not see it.
  insert(2, "short");
  EXPECT_EQ(slices({2}, 70'000), Slices({song.substr(2, 70'000), "ort"}));
  EXPECT_EQ(slices({99'999, 100'000, 100'001}, 2),
            Slices({song.substr(99'999), "", "", "", "", ""}));
  ROOKERY_EXPECT_OK(Execute({"drop", "DROP TABLE songs"}, {}));
}

TEST_P(WordsTest, ListsOfIntegersReachTheExtremes) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  for (const int64_t id : {kMin, int64_t{-1}, int64_t{7}, kMax})
    ROOKERY_ASSERT_OK(Execute(kInsertId, {id}));
  const IntList ids = {kMax, 7, 8, kMin};
  EXPECT_EQ(Ids(kByIds, {kMin, &ids}), "7 9223372036854775807");
  EXPECT_EQ(Ids(kByIds, {int64_t{7}, &ids}), "9223372036854775807");
  constexpr Statement kAll = {"all", "SELECT id FROM items WHERE id @any_int($1)@ ORDER BY id"};
  EXPECT_EQ(Ids(kAll, {&ids}), "-9223372036854775808 7 9223372036854775807");
  constexpr Statement kNot = {"not", "SELECT id FROM items WHERE NOT id @any_int($1)@"};
  EXPECT_EQ(Ids(kNot, {&ids}), "-1");
}

TEST_P(WordsTest, LikeMindsCaseAndIlikeFoldsAsciiOnly) {
  constexpr Statement kLike = {"like", "SELECT id FROM items WHERE @like(name, $1)@ ORDER BY id"};
  constexpr Statement kIlike = {
      "ilike", "SELECT id FROM items WHERE @ilike(coalesce(name, ''), $1)@ ORDER BY id"};
  Insert(1, "Model-A");
  Insert(2, "model-a");
  Insert(3, "50%_off");
  Insert(4, "back\\slash");
  Insert(5, "\xC3\x84pfel");  // Äpfel
  Insert(6, "\xC3\xA4pfel");  // äpfel
  EXPECT_EQ(Ids(kLike, {"model%"}), "2");
  EXPECT_EQ(Ids(kIlike, {"MODEL%"}), "1 2");
  EXPECT_EQ(Ids(kLike, {"_pfel"}), "5 6");
  EXPECT_EQ(Ids(kIlike, {"_PFEL"}), "5 6");
  EXPECT_EQ(Ids(kIlike, {"\xC3\x84PFEL"}), "5");
  EXPECT_EQ(Ids(kLike, {"back\\%"}), "4");
  EXPECT_EQ(Ids(kIlike, {"BACK\\SL_SH"}), "4");
  EXPECT_EQ(Ids(kLike, {"50\\%%"}), "");
  EXPECT_EQ(Ids(kLike, {"%\\"}), "");
  EXPECT_EQ(Ids(kLike, {"%"}), "1 2 3 4 5 6");
}

TEST_P(WordsTest, RowLocksAndTheListOfTablesAreUnderstoodByBoth) {
  constexpr Statement kForUpdate = {"lock", "SELECT id FROM items WHERE id = $1 @for_update@"};
  constexpr Statement kForShare = {"share", "SELECT id FROM items WHERE id = $1 @for_share@"};
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  ROOKERY_EXPECT_OK(Execute(kForUpdate, {int64_t{1}}));
  ROOKERY_EXPECT_OK(Execute(kForShare, {int64_t{1}}));
  constexpr Statement kTables = {"tables", "SELECT name FROM @tables@ AS t ORDER BY name"};
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kTables));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].Text(0), "items");
  EXPECT_EQ(rows[1].Text(0), "parts");
}

constexpr Statement kUpsertMany = {"upsert_many", R"(
  INSERT INTO items (id, name, score, data)
  SELECT r.id + $1, $2 || r.name, r.score, r.data
  FROM @rows(id bigint, name text, score double precision, data bytes)@ AS r WHERE true
  ON CONFLICT (id) DO UPDATE SET score = excluded.score)"};

Columns ManyRows(int64_t count) {
  std::vector<int64_t> ids;
  std::vector<std::string> names;
  std::vector<double> scores;
  std::vector<std::string> data;
  for (int64_t i = 0; i < count; ++i) {
    ids.push_back(i);
    names.push_back("\"n\\" + std::to_string(i));
    scores.push_back(static_cast<double>(i) / 3);
    data.emplace_back("\0\xFF\"\\", 4);
  }
  return {ids, names, scores, data};
}

TEST_P(WordsTest, BulkWritesOfNoneOneAndManyRows) {
  int64_t offset = 0;
  int64_t written = 0;
  for (const int64_t count : {0, 1, 10'000}) {
    const std::string prefix = std::to_string(count) + "-";
    EXPECT_EQ(ExecuteMany(kUpsertMany, {offset, std::string_view(prefix)}, ManyRows(count)).value(),
              count);
    written += count;
    offset += 100'000;
    EXPECT_EQ(Count(), written);
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Rows rows, Query(kGetItem, {int64_t{209'999}}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].Text(1), "10000-\"n\\9999");
  EXPECT_EQ(rows[0].Real(2), 3333.0);
  EXPECT_EQ(rows[0].Text(3), std::string_view("\0\xFF\"\\", 4));
  // A second time: every row is there, and is updated.
  Columns again = ManyRows(10'000);
  std::get<std::vector<double>>(again[2])[9'999] = -std::numeric_limits<double>::infinity();
  ROOKERY_ASSERT_OK(ExecuteMany(kUpsertMany, {int64_t{200'000}, "other"}, again));
  EXPECT_EQ(Count(), written);
  EXPECT_EQ(Query(kGetItem, {int64_t{209'999}}).value()[0].Real(2),
            -std::numeric_limits<double>::infinity());
}

TEST_P(WordsTest, BulkWritesTakeNulls) {
  constexpr Statement kInsertMany = {"insert_many", R"(
    INSERT INTO parts (item, no) SELECT r.item, coalesce(r.no, 5)
    FROM @rows(item bigint, no bigint, note text)@ AS r WHERE r.note IS NULL)"};
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{1}}));
  const Columns columns = {
      std::vector<int64_t>{1, 1, 1}, std::vector<std::optional<int64_t>>{std::nullopt, 6, 7},
      std::vector<std::optional<std::string>>{std::nullopt, std::nullopt, "NULL"}};
  EXPECT_EQ(ExecuteMany(kInsertMany, {}, columns).value(), 2);
  EXPECT_EQ(Ids({"parts", "SELECT no FROM parts ORDER BY no"}, {}), "5 6");
}

TEST_P(WordsTest, BulkWritesUpdateAndDelete) {
  for (int64_t id = 1; id <= 4; ++id) ROOKERY_ASSERT_OK(Execute(kInsertId, {id}));
  constexpr Statement kUpdate = {"update_many", R"(
    UPDATE items SET score = r.score FROM @rows(id bigint, score double precision)@ AS r
    WHERE items.id = r.id)"};
  ROOKERY_ASSERT_OK(ExecuteMany(kUpdate, {}, {IntList{2, 3}, std::vector<double>{0.5, 1.5}}));
  constexpr Statement kDelete = {
      "delete_many",
      "DELETE FROM items WHERE id IN (SELECT r.id FROM @rows(id bigint)@ AS r) AND score > $1"};
  ROOKERY_ASSERT_OK(ExecuteMany(kDelete, {1.0}, {IntList{1, 2, 3}}));
  EXPECT_EQ(Ids({"left", "SELECT id FROM items ORDER BY id"}, {}), "1 2 4");
}

TEST_P(WordsTest, ABulkWriteThatFailsWritesNothing) {
  constexpr Statement kInsertMany = {
      "insert_many", "INSERT INTO items (id) SELECT r.id FROM @rows(id bigint)@ AS r WHERE true"};
  EXPECT_THAT(ExecuteMany(kInsertMany, {}, {IntList{1, 2, 2}}), StatusIs(kAlreadyExists));
  EXPECT_EQ(Count(), 0);
}

TEST_P(WordsTest, BulkWritesRefuseBadColumns) {
  const Columns good = ManyRows(2);
  const auto with = [&](size_t at, Column column) {
    Columns columns = good;
    columns[at] = std::move(column);
    return ExecuteMany(kUpsertMany, {int64_t{0}, ""}, columns);
  };
  EXPECT_THAT(with(0, std::vector<double>{1, 2}), StatusIs(kInternal));
  EXPECT_THAT(with(0, IntList{1}), StatusIs(kInternal));
  EXPECT_THAT(with(1, TextList{"ok", std::string(1, '\0')}), StatusIs(kInvalidArgument));
  EXPECT_THAT(ExecuteMany(kUpsertMany, {int64_t{0}}, good), StatusIs(kInternal));
  EXPECT_THAT(ExecuteMany(kUpsertMany, {int64_t{0}, ""}, {good[0]}), StatusIs(kInternal));
  EXPECT_THAT(ExecuteMany(kInsertId, {int64_t{0}}, good), StatusIs(kInternal));
  EXPECT_EQ(Count(), 0);
}

TEST_P(WordsTest, NanSurvivesABulkWriteOnPostgres) {
  Columns columns = ManyRows(1);
  columns[2] = std::vector<double>{-std::nan("")};
  ROOKERY_ASSERT_OK(ExecuteMany(kUpsertMany, {int64_t{0}, ""}, columns));
  const Rows rows = Query(kGetItem, {int64_t{0}}).value();
  EXPECT_TRUE(IsSqlite() ? rows[0].IsNull(2) : std::isnan(rows[0].Real(2)));
}

}  // namespace
}  // namespace rookery::db
