#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/filter/filter.h"
#include "libs/filter/testing/grammars.h"

namespace rookery::filter {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum Entity;

StatusOr<OrderKey> Parse(std::string_view item) {
  return ParseOrderKey(testing::BirdGrammar(), item);
}

TEST(OrderTest, ReadsKeyAndDirection) {
  const std::pair<std::string_view, OrderKey> cases[] = {
      {"sizes.loss", {kMetric, "loss", true}},
      {"sizes.loss DESC", {kMetric, "loss", false}},
      {"sizes.loss \t desc", {kMetric, "loss", false}},
      {"sizes.`my loss` asc", {kMetric, "my loss", true}},
      {"note.\"a b\"", {kTag, "a b", true}},
      {"traits.`DESC` DESC", {kParam, "DESC", false}},
      {"hatched", {kAttribute, "hatched", true}},
      {"bird.born ASC", {kAttribute, "hatched", true}},
  };
  for (const auto& [item, expected] : cases) {
    SCOPED_TRACE(item);
    ROOKERY_ASSERT_OK_AND_ASSIGN(const OrderKey key, Parse(item));
    EXPECT_EQ(key, expected);
  }
}

TEST(OrderTest, SaysWhatIsWrongAndWhere) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "Invalid order_by clause ''. Could not be parsed. (character 1: expected a key)"},
      {" sizes.a", "Invalid order_by clause ' sizes.a'. Could not be parsed. (character 2"},
      {"sizes.a ", "Could not be parsed. (character 9: expected the end)"},
      {"sizes.a DESC ", "Could not be parsed. (character 14: expected the end)"},
      {"sizes.a up", "Invalid ordering key in order_by clause 'sizes.a up'. (character 9"},
      {"sizes.a DESC NULLS LAST", "Could not be parsed. (character 14: expected the end)"},
      {"sizes.a, sizes.b", "Could not be parsed. (character 8: expected ASC or DESC)"},
      {"sizes.a > 1", "Could not be parsed. (character 9: expected ASC or DESC)"},
      {"1", "Could not be parsed. (character 1: expected a key)"},
      {"foo",
       "Invalid attribute key 'foo' specified. Valid keys are '{'ring', 'name', 'hatched', "
       "'born'}' (character 1"},
      {"bogus.a", "Invalid entity type 'bogus'. There are ["},
      {"nest.place", "Invalid identifier type 'nest' (character 6"},
  };
  for (const auto& [item, message] : cases) {
    SCOPED_TRACE(item);
    EXPECT_THAT(Parse(item),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(message))));
  }
}

TEST(OrderTest, ReadsListsOfItems) {
  const std::vector<std::string> items = {"sizes.a", "hatched DESC"};
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto order, ParseOrder(testing::BirdGrammar(), items));
  EXPECT_THAT(order,
              ElementsAre(OrderKey{kMetric, "a", true}, OrderKey{kAttribute, "hatched", false}));
}

TEST(OrderTest, RefusesDuplicatesIfTheGrammarSaysSo) {
  const std::vector<std::string> items = {"born", "hatched DESC"};
  EXPECT_THAT(ParseOrder(testing::BirdGrammar(), items),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "`order_by` contains duplicate fields: ['born', 'hatched DESC']"));
  Grammar grammar = testing::BirdGrammar();
  grammar.distinct_order = false;
  ROOKERY_EXPECT_OK(ParseOrder(grammar, items));
}

TEST(OrderTest, HasALimit) {
  const std::vector<std::string> items(kMaxOrderKeys + 1, "name");
  EXPECT_THAT(ParseOrder(testing::BirdGrammar(), items),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 100")));
}

}  // namespace
}  // namespace rookery::filter
