#include "libs/filter_sql/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/filter_sql/testing/birds.h"

namespace rookery::filter {
namespace {

using ::testing::ElementsAre;
using enum Operator;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kGreatest = std::numeric_limits<double>::max();

class ConditionsTest : public testing::BirdsTest {
 protected:
  void SetUp() override {
    BirdsTest::SetUp();
    AddBird(1, "Rook", 10, 0.5);
    AddBird(2, "rook%", 20, NAN);
    AddBird(3, "_jay", 30, kInfinity);
    AddBird(4, std::nullopt, std::nullopt, std::nullopt);
    AddNote(1, "seen", "Rome");
    AddNote(2, "seen", std::string(200, 'x') + "y");
    AddNote(2, "ringed", "Oslo");
  }

  std::vector<int64_t> Found(const db::QueryText& query) {
    const auto rows = Query(query);
    EXPECT_THAT(rows, rookery::testing::IsOk());
    std::vector<int64_t> ids;
    if (!rows.ok()) return ids;
    for (const db::Row& row : *rows) ids.push_back(row.Int(0));
    return ids;
  }
  std::vector<int64_t> Compare(const Column& column, Operator op, Value value) {
    const Clause clause{Entity::kAttribute, "", op, std::move(value)};
    db::QueryText query("SELECT b.id FROM birds b WHERE ");
    AddComparison(clause, column, &query);
    query.Add(" ORDER BY b.id");
    return Found(query);
  }
  std::vector<int64_t> Weight(Operator op, double value) {
    return Compare(testing::Weight(), op, Number{value, std::nullopt});
  }
  std::vector<int64_t> Note(const std::string& key, Operator op, Value value) {
    const Clause clause{Entity::kTag, key, op, std::move(value)};
    db::QueryText query("SELECT b.id FROM birds b WHERE ");
    AddExists(clause, {.table = "notes t", .belongs = "t.bird = b.id", .key = "t.key"},
              testing::Note(), &query);
    query.Add(" ORDER BY b.id");
    return Found(query);
  }
};
INSTANTIATE_TEST_SUITE_P(All, ConditionsTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabasesAndCollations()),
                         rookery::testing::TestDatabaseName());

TEST_P(ConditionsTest, ComparesTexts) {
  EXPECT_THAT(Compare(testing::Name(), kEqual, "Rook"), ElementsAre(1));
  EXPECT_THAT(Compare(testing::Name(), kNotEqual, "Rook"), ElementsAre(2, 3));
  EXPECT_THAT(Compare(testing::Name(), kLike, "Roo%"), ElementsAre(1));
  EXPECT_THAT(Compare(testing::Name(), kIlike, "roo%"), ElementsAre(1, 2));
  EXPECT_THAT(Compare(testing::Name(), kLike, "_jay"), ElementsAre(3));
  EXPECT_THAT(Compare(testing::Name(), kIn, TextList{"Rook", "it's", "_jay"}), ElementsAre(1, 3));
  EXPECT_THAT(Compare(testing::Name(), kNotIn, TextList{"Rook"}), ElementsAre(2, 3));
}

TEST_P(ConditionsTest, ComparesIntegers) {
  EXPECT_THAT(Compare(testing::Nest(), kGreater, Number{10, 10}), ElementsAre(2, 3));
  EXPECT_THAT(Compare(testing::Nest(), kGreater, Number{10.5, std::nullopt}), ElementsAre(2, 3));
  EXPECT_THAT(Compare(testing::Nest(), kLessOrEqual, Number{20, std::nullopt}), ElementsAre(1, 2));
  EXPECT_THAT(Compare(testing::Nest(), kLess, Number{1e30, std::nullopt}), ElementsAre(1, 2, 3));
}

TEST_P(ConditionsTest, NanIsOnlyUnequal) {
  EXPECT_THAT(Weight(kGreaterOrEqual, -1), ElementsAre(1, 3));
  EXPECT_THAT(Weight(kEqual, 0), ElementsAre());
  EXPECT_THAT(Weight(kNotEqual, 0.5), ElementsAre(2, 3));
  EXPECT_THAT(Weight(kNotEqual, 0), ElementsAre(1, 2, 3));
}

TEST_P(ConditionsTest, InfinityIsTheGreatestDouble) {
  EXPECT_THAT(Weight(kGreater, 1e308), ElementsAre(3));
  EXPECT_THAT(Weight(kEqual, kGreatest), ElementsAre(3));
  EXPECT_THAT(Weight(kGreaterOrEqual, kGreatest), ElementsAre(3));
  EXPECT_THAT(Weight(kGreater, kGreatest), ElementsAre());
  EXPECT_THAT(Weight(kLess, kGreatest), ElementsAre(1));
  EXPECT_THAT(Weight(kLess, kInfinity), ElementsAre(1, 3));
  EXPECT_THAT(Weight(kEqual, kInfinity), ElementsAre());
  EXPECT_THAT(Weight(kGreater, -kInfinity), ElementsAre(1, 3));
}

TEST_P(ConditionsTest, FindsOwnersOfRows) {
  EXPECT_THAT(Note("seen", kEqual, "Rome"), ElementsAre(1));
  EXPECT_THAT(Note("ringed", kEqual, "Rome"), ElementsAre());
  // What has no such row is not unequal.
  EXPECT_THAT(Note("seen", kNotEqual, "Rome"), ElementsAre(2));
  EXPECT_THAT(Note("ringed", kIsNull, {}), ElementsAre(1, 3, 4));
  EXPECT_THAT(Note("ringed", kIsNotNull, {}), ElementsAre(2));
}

TEST_P(ConditionsTest, TextsMayBeLongerThanWhatIsIndexed) {
  EXPECT_THAT(Note("seen", kEqual, std::string(200, 'x') + "y"), ElementsAre(2));
  EXPECT_THAT(Note("seen", kEqual, std::string(200, 'x')), ElementsAre());
}

}  // namespace
}  // namespace rookery::filter
