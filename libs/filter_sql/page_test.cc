#include "libs/filter_sql/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/filter_sql/testing/birds.h"

namespace rookery::filter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PageTest : public testing::BirdsTest {
 protected:
  void SetUp() override {
    BirdsTest::SetUp();
    for (const int64_t id : {3, 1, 4, 2, 5}) AddBird(id, "bird", id, 0.5);
  }

  // The page of birds in the nests 1 to `last_nest`.
  Page PageAfter(const std::optional<Cursor>& after, int64_t limit, int64_t last_nest = 5) {
    const auto page = Read([&](db::Transaction& txn) {
      db::QueryText query("SELECT b.id");
      AddSortColumns(sort_, &query);
      query.Add(" FROM birds b WHERE b.nest <= {}", query.Bind(last_nest));
      return ReadPage(txn, "search_birds", sort_, after, limit, &query);
    });
    EXPECT_THAT(page, rookery::testing::IsOk());
    return page.ok() ? *page : Page();
  }
  static std::vector<int64_t> Ids(const Page& page) {
    std::vector<int64_t> ids;
    for (const db::Row& row : page.rows) ids.push_back(row.Int(0));
    return ids;
  }

  const Sort sort_ = {{"id", {"b.id", Column::Kind::kInteger}}};
};
INSTANTIATE_TEST_SUITE_P(All, PageTest, ::testing::ValuesIn(rookery::testing::AllTestDatabases()),
                         rookery::testing::TestDatabaseName());

TEST_P(PageTest, PagesFollowOneAnother) {
  const Page first = PageAfter(std::nullopt, 2);
  EXPECT_THAT(Ids(first), ElementsAre(1, 2));
  const Page second = PageAfter(NextOf(first, sort_, 1), 2);
  EXPECT_THAT(Ids(second), ElementsAre(3, 4));
  const Page third = PageAfter(NextOf(second, sort_, 1), 2);
  EXPECT_THAT(Ids(third), ElementsAre(5));
  EXPECT_EQ(NextOf(third, sort_, 1), std::nullopt);
}

TEST_P(PageTest, NothingFollowsAPageThatIsJustFull) {
  const Page page = PageAfter(std::nullopt, 5);
  EXPECT_EQ(page.rows.size(), 5U);
  EXPECT_FALSE(page.more);
  EXPECT_EQ(NextOf(page, sort_, 1), std::nullopt);
}

TEST_P(PageTest, NothingIsFoundAndNothingFollows) {
  const Page page = PageAfter(std::nullopt, 2, /*last_nest=*/0);
  EXPECT_THAT(page.rows, IsEmpty());
  EXPECT_EQ(NextOf(page, sort_, 1), std::nullopt);
}

TEST_P(PageTest, OfNoRowsOnlyWhetherThereAreSome) {
  EXPECT_TRUE(PageAfter(std::nullopt, 0).more);
  EXPECT_THAT(PageAfter(std::nullopt, 0).rows, IsEmpty());
  EXPECT_FALSE(PageAfter(std::nullopt, 0, /*last_nest=*/0).more);
}

}  // namespace
}  // namespace rookery::filter
