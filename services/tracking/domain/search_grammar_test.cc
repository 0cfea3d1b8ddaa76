// What runs can be searched and ordered by, and MLflow's words about everything else.
#include "services/tracking/domain/search_grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/filter/filter.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::StartsWith;
using enum filter::Entity;

TEST(RunGrammarTest, KeysHaveOtherNames) {
  struct Case {
    std::string_view written;
    filter::Entity entity;
    std::string_view key;
  };
  const Case texts[] = {
      {"attr.status", kAttribute, "status"},
      {"attribute.status", kAttribute, "status"},
      {"attributes.user_id", kAttribute, "user_id"},
      {"run.artifact_uri", kAttribute, "artifact_uri"},
      {"\"run name\"", kAttribute, "run_name"},
      {"`Run name`", kAttribute, "run_name"},
      {"run.`Run Name`", kAttribute, "run_name"},
      {"param.lr", kParam, "lr"},
      {"params.lr", kParam, "lr"},
      {"parameter.lr", kParam, "lr"},
      {"parameters.lr", kParam, "lr"},
      {"tag.t", kTag, "t"},
      {"tags.t", kTag, "t"},
      {"dataset.name", kDataset, "name"},
      {"datasets.digest", kDataset, "digest"},
      {"datasets.context", kDataset, "context"},
  };
  const Case numbers[] = {
      {"metric.loss", kMetric, "loss"},
      {"metrics.loss", kMetric, "loss"},
      {"created", kAttribute, "start_time"},
      {"Created", kAttribute, "start_time"},
      {"attr.start_time", kAttribute, "start_time"},
      {"end_time", kAttribute, "end_time"},
  };
  const auto expect = [](const Case& test, std::string_view value) {
    SCOPED_TRACE(test.written);
    const std::string text = std::string(test.written) + " = " + std::string(value);
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses, filter::ParseFilter(RunGrammar(), text));
    ASSERT_EQ(clauses.size(), 1U);
    EXPECT_EQ(clauses[0].entity, test.entity);
    EXPECT_EQ(clauses[0].key, test.key);
  };
  for (const Case& test : texts) expect(test, "'x'");
  for (const Case& test : numbers) expect(test, "5");
}

TEST(RunGrammarTest, RefusesWithMlflowsWords) {
  struct Case {
    std::string_view filter;
    std::string_view begin;
    std::string_view end;
  };
  const Case cases[] = {
      {"bogus.a = 'x'",
       "Invalid entity type 'bogus'. Valid values are ['metric', 'parameter', 'tag', 'attribute', "
       "'dataset']",
       "(character 1: expected `attribute.`, `metric.`, `parameter.`, `tag.`, `dataset.`)"},
      {"foo = 'x'",
       "Invalid attribute key 'foo' specified. Valid keys are '{'run_id', 'run_name', 'run name', "
       "'Run name', 'Run Name', 'user_id', 'status', 'artifact_uri', 'start_time', 'created', "
       "'Created', 'end_time'}'",
       "one of these keys)"},
      {"dataset.foo = 'x'",
       "Invalid dataset key 'foo' specified. Valid keys are '{'name', 'digest', 'context'}'",
       "(character 9: expected one of these keys)"},
      {"metrics.m = 'a'", "Expected numeric value type for metric. Found 'a'", "a number)"},
      {"start_time = '5'",
       "Expected numeric value type for numeric attribute: start_time. Found '5'", "a number)"},
      {"params.p = 1",
       "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1",
       "a text in quotes)"},
      {"status IN ('a')",
       "Only ['run_id'] attributes support comparison with a list of quoted string values.",
       "'ILIKE')"},
      {"status IS NULL",
       "IS NULL / IS NOT NULL is only supported for parameters and tags, not for 'attribute' "
       "'status'",
       "'ILIKE')"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.filter);
    EXPECT_THAT(
        filter::ParseFilter(RunGrammar(), test.filter),
        StatusIs(absl::StatusCode::kInvalidArgument,
                 AllOf(StartsWith(std::string(test.begin)), EndsWith(std::string(test.end)))));
  }
}

TEST(RunGrammarTest, NoOrderByDatasetsOrByAKeyTwice) {
  EXPECT_THAT(filter::ParseOrderKey(RunGrammar(), "dataset.name"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       StartsWith("Invalid identifier type 'dataset' (character 9")));
  const std::vector<std::string> twice = {"created", "start_time DESC"};
  EXPECT_THAT(filter::ParseOrder(RunGrammar(), twice),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "`order_by` contains duplicate fields: ['created', 'start_time DESC']"));
}

}  // namespace
}  // namespace rookery::tracking
