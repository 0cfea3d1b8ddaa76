#include "libs/filter_sql/sort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/filter_sql/testing/birds.h"

namespace rookery::filter {
namespace {

Column Id() { return {"b.id", Column::Kind::kInteger}; }

class SortTest : public testing::BirdsTest {
 protected:
  void SetUp() override {
    BirdsTest::SetUp();
    AddBird(1, "b", 1, 0.5);
    AddBird(2, "B", 2, NAN);
    AddBird(3, "ä", 1, -std::numeric_limits<double>::infinity());
    AddBird(4, std::nullopt, 2, std::nullopt);
    AddBird(5, "a", std::nullopt, 0.5);
    AddBird(6, "a", 1, NAN);
  }

  // All ids, read in pages of `size`.
  std::vector<int64_t> Pages(const Sort& sort, size_t size) {
    std::vector<int64_t> ids;
    std::optional<Cursor> after;
    while (true) {
      db::QueryText query("SELECT b.id");
      AddSortColumns(sort, &query);
      query.Add(" FROM birds b WHERE b.id > 0");
      if (after) {
        query.Add(" AND ");
        AddAfter(sort, *after, &query);
      }
      AddOrderBy(sort, &query);
      query.Add(" LIMIT {}", query.Bind(static_cast<int64_t>(size)));
      const auto rows = Query(query);
      EXPECT_THAT(rows, rookery::testing::IsOk());
      if (!rows.ok() || ids.size() > 100) return ids;
      for (const db::Row& row : *rows) ids.push_back(row.Int(0));
      if (rows->size() < size) return ids;
      // A token loses nothing on the way.
      const std::string token =
          EncodePageToken("birds", sort, ReadCursor(sort, (*rows)[rows->size() - 1], 1));
      const auto decoded = DecodePageToken("birds", sort, token);
      EXPECT_THAT(decoded, rookery::testing::IsOk());
      if (!decoded.ok()) return ids;
      after = *decoded;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(All, SortTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabasesAndCollations()),
                         rookery::testing::TestDatabaseName());

TEST_P(SortTest, OrdersAlikeInPagesOfAnySize) {
  const SortTerm id{"id", Id()};
  const SortTerm id_down{"id DESC", Id(), false};
  const std::pair<Sort, std::vector<int64_t>> cases[] = {
      {{id}, {1, 2, 3, 4, 5, 6}},
      {{id_down}, {6, 5, 4, 3, 2, 1}},
      {{{"name", testing::Name(), true, true}, id}, {2, 5, 6, 1, 3, 4}},
      {{{"name DESC", testing::Name(), false, true}, id}, {3, 1, 5, 6, 2, 4}},
      {{{"weight", testing::Weight(), true, true}, id}, {3, 1, 5, 2, 6, 4}},
      {{{"weight DESC", testing::Weight(), false, true}, id_down}, {5, 1, 3, 6, 2, 4}},
      {{{"nest DESC", testing::Nest(), false, true}, {"weight", testing::Weight(), true, true}, id},
       {2, 4, 3, 1, 6, 5}},
  };
  for (const auto& [sort, expected] : cases) {
    for (const size_t size : {1, 2, 4, 100}) {
      SCOPED_TRACE(::testing::Message() << sort[0].name << ", pages of " << size);
      EXPECT_EQ(Pages(sort, size), expected);
    }
  }
}

}  // namespace
}  // namespace rookery::filter
