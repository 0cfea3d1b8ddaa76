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
  return ParseOrderKey(testing::RichGrammar(), item);
}

TEST(OrderTest, ReadsKeyAndDirection) {
  const std::pair<std::string_view, OrderKey> cases[] = {
      {"metrics.loss", {kMetric, "loss", true}},
      {"metrics.loss DESC", {kMetric, "loss", false}},
      {"metrics.loss \t desc", {kMetric, "loss", false}},
      {"metrics.`my loss` asc", {kMetric, "my loss", true}},
      {"tags.\"a b\"", {kTag, "a b", true}},
      {"params.`DESC` DESC", {kParam, "DESC", false}},
      {"start_time", {kAttribute, "start_time", true}},
      {"attributes.created ASC", {kAttribute, "start_time", true}},
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
      {" metrics.a", "Invalid order_by clause ' metrics.a'. Could not be parsed. (character 2"},
      {"metrics.a ", "Could not be parsed. (character 11: expected the end)"},
      {"metrics.a DESC ", "Could not be parsed. (character 16: expected the end)"},
      {"metrics.a up", "Invalid ordering key in order_by clause 'metrics.a up'. (character 11"},
      {"metrics.a DESC NULLS LAST", "Could not be parsed. (character 16: expected the end)"},
      {"metrics.a, metrics.b", "Could not be parsed. (character 10: expected ASC or DESC)"},
      {"metrics.a > 1", "Could not be parsed. (character 11: expected ASC or DESC)"},
      {"1", "Could not be parsed. (character 1: expected a key)"},
      {"foo",
       "Invalid attribute key 'foo' specified. Valid keys are '{'run_id', 'status', 'run_name', "
       "'start_time', 'created'}' (character 1"},
      {"bogus.a", "Invalid entity type 'bogus'. Valid values are ["},
      {"dataset.name", "Invalid identifier type 'dataset' (character 9"},
  };
  for (const auto& [item, message] : cases) {
    SCOPED_TRACE(item);
    EXPECT_THAT(Parse(item),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(message))));
  }
}

TEST(OrderTest, ReadsListsOfItems) {
  const std::vector<std::string> items = {"metrics.a", "start_time DESC"};
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto order, ParseOrder(testing::RichGrammar(), items));
  EXPECT_THAT(order,
              ElementsAre(OrderKey{kMetric, "a", true}, OrderKey{kAttribute, "start_time", false}));
}

TEST(OrderTest, RefusesDuplicatesIfTheGrammarSaysSo) {
  const std::vector<std::string> items = {"created", "start_time DESC"};
  EXPECT_THAT(ParseOrder(testing::RichGrammar(), items),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "`order_by` contains duplicate fields: ['created', 'start_time DESC']"));
  Grammar grammar = testing::RichGrammar();
  grammar.distinct_order = false;
  ROOKERY_EXPECT_OK(ParseOrder(grammar, items));
}

TEST(OrderTest, HasALimit) {
  const std::vector<std::string> items(kMaxOrderKeys + 1, "status");
  EXPECT_THAT(ParseOrder(testing::RichGrammar(), items),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 100")));
}

}  // namespace
}  // namespace rookery::filter
