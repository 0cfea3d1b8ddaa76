#include "libs/filter_sql/sort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/filter_sql/page.h"
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
  std::vector<int64_t> Pages(const Sort& sort, int64_t size) {
    std::vector<int64_t> ids;
    std::optional<Cursor> after;
    while (true) {
      const auto page = Read([&](db::Transaction& txn) {
        db::QueryText query("SELECT b.id");
        AddSortColumns(sort, &query);
        query.Add(" FROM birds b WHERE b.id > 0");
        return ReadPage(txn, "search_birds", sort, after, size, &query);
      });
      EXPECT_THAT(page, rookery::testing::IsOk());
      if (!page.ok() || ids.size() > 100) return ids;
      for (const db::Row& row : page->rows) ids.push_back(row.Int(0));
      const std::optional<Cursor> next = NextOf(*page, sort, 1);
      if (!next) return ids;
      // A token loses nothing on the way.
      const auto decoded = DecodePageToken("birds", sort, EncodePageToken("birds", sort, *next));
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
  // Never NULL: looked for in two stretches.
  const Column some_nest{"COALESCE(b.nest, 0)", Column::Kind::kInteger};
  const Column some_name{"COALESCE(b.name, 'a')", Column::Kind::kText};
  const std::pair<Sort, std::vector<int64_t>> cases[] = {
      {{id}, {1, 2, 3, 4, 5, 6}},
      {{id_down}, {6, 5, 4, 3, 2, 1}},
      {{{"name", testing::Name(), true, true}, id}, {2, 5, 6, 1, 3, 4}},
      {{{"name DESC", testing::Name(), false, true}, id}, {3, 1, 5, 6, 2, 4}},
      {{{"weight", testing::Weight(), true, true}, id}, {3, 1, 5, 2, 6, 4}},
      {{{"weight DESC", testing::Weight(), false, true}, id_down}, {5, 1, 3, 6, 2, 4}},
      {{{"nest DESC", testing::Nest(), false, true}, {"weight", testing::Weight(), true, true}, id},
       {2, 4, 3, 1, 6, 5}},
      {{{"nest", some_nest}, id}, {5, 1, 3, 6, 2, 4}},
      {{{"nest DESC", some_nest, false}, id}, {2, 4, 1, 3, 6, 5}},
      {{{"nest DESC", some_nest, false}, {"name", testing::Name(), true, true}, id},
       {2, 4, 6, 1, 3, 5}},
      {{{"name", some_name}, {"weight DESC", testing::Weight(), false, true}, id_down},
       {2, 5, 6, 4, 1, 3}},
      {{{"name DESC", some_name, false}, {"nest", some_nest}, id_down}, {3, 1, 5, 6, 4, 2}},
  };
  for (const auto& [sort, expected] : cases) {
    for (const int64_t size : {1, 2, 4, 100}) {
      SCOPED_TRACE(::testing::Message() << sort[0].name << ", pages of " << size);
      EXPECT_EQ(Pages(sort, size), expected);
    }
  }
}

}  // namespace
}  // namespace rookery::filter
