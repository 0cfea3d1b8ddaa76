#include "libs/filter/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "libs/base/testing/status_matchers.h"
#include "libs/filter/testing/grammars.h"

namespace rookery::filter {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using enum Entity;
using enum Operator;

StatusOr<std::vector<Clause>> Parse(std::string_view filter) {
  return ParseFilter(testing::RichGrammar(), filter);
}

Clause Metric(std::string key, Operator op, double value) {
  return {kMetric, std::move(key), op, Number{value, std::nullopt}};
}
Clause Metric(std::string key, Operator op, int64_t value) {
  return {kMetric, std::move(key), op, Number{static_cast<double>(value), value}};
}
Clause Metric(std::string key, Operator op, int value) {
  return Metric(std::move(key), op, int64_t{value});
}
Clause Text(Entity entity, std::string key, Operator op, std::string value) {
  return {entity, std::move(key), op, std::move(value)};
}

struct Case {
  std::string_view filter;
  std::vector<Clause> clauses;
};

void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    SCOPED_TRACE(test.filter);
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses, Parse(test.filter));
    EXPECT_THAT(clauses, ::testing::ElementsAreArray(test.clauses));
  }
}

TEST(FilterTest, ReadsKeysInAllTheirForms) {
  ExpectAll({
      {"", {}},
      {"metrics.loss > 1", {Metric("loss", kGreater, 1)}},
      {"metric.loss>1", {Metric("loss", kGreater, 1)}},
      {"`metrics`.loss > 1", {Metric("loss", kGreater, 1)}},
      {"metrics.a.b.c > 1", {Metric("a.b.c", kGreater, 1)}},
      {"metrics.1a$#_ > 1", {Metric("1a$#_", kGreater, 1)}},
      {"metrics.größe > 1", {Metric("größe", kGreater, 1)}},
      {"metrics.`my loss/x` > 1", {Metric("my loss/x", kGreater, 1)}},
      {"metrics.\"my loss.x\" > 1", {Metric("my loss.x", kGreater, 1)}},
      {"metrics.'my loss' > 1", {Metric("my loss", kGreater, 1)}},
      {"metrics.AND > 1", {Metric("AND", kGreater, 1)}},
      {"metrics.`a AND b` > 1", {Metric("a AND b", kGreater, 1)}},
      {"status = 'x'", {Text(kAttribute, "status", kEqual, "x")}},
      {"attr.status = 'x'", {Text(kAttribute, "status", kEqual, "x")}},
      {"run.`run name` = 'x'", {Text(kAttribute, "run_name", kEqual, "x")}},
      {"\"run name\" = 'x'", {Text(kAttribute, "run_name", kEqual, "x")}},
      {"created = 5", {{kAttribute, "start_time", kEqual, Number{5, 5}}}},
      {"datasets.name = 'd'", {Text(kDataset, "name", kEqual, "d")}},
  });
}

TEST(FilterTest, ReadsNumbersExactly) {
  ExpectAll({
      {"metrics.m = 9007199254740993", {Metric("m", kEqual, int64_t{9007199254740993})}},
      {"metrics.m = -1", {Metric("m", kEqual, -1)}},
      {"metrics.m=-1", {Metric("m", kEqual, -1)}},
      {"metrics.m >= 1.5", {Metric("m", kGreaterOrEqual, 1.5)}},
      {"metrics.m < .5", {Metric("m", kLess, 0.5)}},
      {"metrics.m <= 1e3", {Metric("m", kLessOrEqual, 1000.0)}},
      {"metrics.m <= 1.5E-3", {Metric("m", kLessOrEqual, 0.0015)}},
      {"metrics.m != 5.", {Metric("m", kNotEqual, 5.0)}},
      {"metrics.m < 1e999", {Metric("m", kLess, std::numeric_limits<double>::infinity())}},
      {"metrics.m = 99999999999999999999", {Metric("m", kEqual, 1e20)}},
  });
}

TEST(FilterTest, ReadsTextsAsTheyStand) {
  ExpectAll({
      {"params.p = 'a AND b'", {Text(kParam, "p", kEqual, "a AND b")}},
      {"params.p = \"it's\"", {Text(kParam, "p", kEqual, "it's")}},
      {"params.p = 'it''s'", {Text(kParam, "p", kEqual, "it''s")}},
      {R"(params.p = 'it\'s')", {Text(kParam, "p", kEqual, R"(it\'s)")}},
      {R"(params.p = 'C:\')", {Text(kParam, "p", kEqual, R"(C:\)")}},
      {"params.p LIKE '%ä_'", {Text(kParam, "p", kLike, "%ä_")}},
      {"params.p ilike ''", {Text(kParam, "p", kIlike, "")}},
      {"params.p != '1'", {Text(kParam, "p", kNotEqual, "1")}},
      {"tags.t = '(''`)'", {Text(kTag, "t", kEqual, "(''`)")}},
  });
}

TEST(FilterTest, ReadsListsAndNull) {
  ExpectAll({
      {"run_id IN ('a', \"b\")", {{kAttribute, "run_id", kIn, TextList{"a", "b"}}}},
      {"run_id not  in('a',)", {{kAttribute, "run_id", kNotIn, TextList{"a"}}}},
      {"dataset.context IN ('train')", {{kDataset, "context", kIn, TextList{"train"}}}},
      {"tags.t IS NULL", {{kTag, "t", kIsNull, {}}}},
      {"params.p is not null", {{kParam, "p", kIsNotNull, {}}}},
  });
}

TEST(FilterTest, IsLenientAboutAnd) {
  const std::vector<Clause> both = {Metric("a", kGreater, 1), Text(kParam, "p", kEqual, "x")};
  ExpectAll({
      {"metrics.a > 1 AND params.p = 'x'", both},
      {"metrics.a > 1 and params.p = 'x' And", both},
      {" AND AND metrics.a > 1 AND\t\nAND params.p = 'x'", both},
      {"metrics.a > 1 params.p = 'x'", both},
      {"and", {}},
  });
}

TEST(FilterTest, SaysWhatIsWrongAndWhere) {
  struct Bad {
    std::string_view filter;
    std::string_view begin;
    std::string_view end;
  };
  const Bad cases[] = {
      {"  ", "Invalid filter '  '. Could not be parsed.", "(character 1: expected a comparison)"},
      {"metrics.a > 1 OR metrics.b > 2", "Invalid clause(s) in filter string: 'OR'",
       "(character 15: expected a comparison, which begins with a key, or AND)"},
      {"(metrics.a > 1)", "Invalid clause(s) in filter string: '('", "key, or AND)"},
      {"metrics.a", "Invalid clause(s) in filter string: 'metrics.a'", "IN or IS)"},
      {"metrics.a >", "Invalid clause(s) in filter string: 'metrics.a'",
       "(character 12: expected a value)"},
      {"1 = metrics.a", "Invalid comparison clause. Expected 'Identifier' found '1'", "a key)"},
      {"metrics.a-b > 1", "Invalid clause(s) in filter string: 'metrics.a'", "IN or IS)"},
      {"metrics . a > 1", "Invalid clause(s) in filter string: 'metrics'", "key, or AND)"},
      {"metrics.a == 1", "Invalid comparator '=='", "IN or IS)"},
      {"params.a NOT LIKE 'x'", "Invalid comparator 'NOT LIKE'", "IN or IS)"},
      {"params.a RLIKE 'x'", "Invalid comparator 'RLIKE'", "IN or IS)"},
      {"params.a IS 'x'", "Invalid clause(s) in filter string: 'params.a'", "NULL or NOT NULL)"},
      {"ünbekannt.a = 'x'",
       "Invalid entity type 'ünbekannt'. Valid values are ['metric', 'parameter', 'tag', "
       "'attribute', 'dataset']",
       "(character 1: expected `attribute.`, `metric.`, `parameter.`, `tag.`, `dataset.`)"},
      {"METRICS.m = 1", "Invalid entity type 'METRICS'. Valid values are", "`dataset.`)"},
      {"foo = 'x'",
       "Invalid attribute key 'foo' specified. Valid keys are '{'run_id', 'status', 'run_name', "
       "'run name', 'start_time', 'created'}'",
       "(character 1: expected one of these keys)"},
      {"tags.ä = 'ä' and dataset.foo = 'x'",
       "Invalid dataset key 'foo' specified. Valid keys are '{'name', 'context'}'",
       "(character 26: expected one of these keys)"},
      {"metrics.m = 'a'", "Expected numeric value type for metric. Found 'a'",
       "(character 13: expected a number)"},
      {"metrics.m = +2", "Expected numeric value type for metric. Found +", "a number)"},
      {"metrics.m = 0x10", "Expected numeric value type for metric. Found 0x10", "a number)"},
      {"metrics.m = 1_000", "Expected numeric value type for metric. Found 1_000", "a number)"},
      {"start_time = '5'", "Expected numeric value type for numeric attribute: start_time. Found",
       "a number)"},
      {"params.p = 1",
       "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1",
       "(character 12: expected a text in quotes)"},
      {"params.p = x", "Parameter value is either not quoted", "a text in quotes)"},
      {"params.p = `x`", "Parameter value is either not quoted", "a text in quotes)"},
      {"status = 1", "Expected a quoted string value for attributes. Got value 1", "in quotes)"},
      {"dataset.name = 1", "Expected a quoted string value for dataset attributes.", "in quotes)"},
      {"metrics.m LIKE 1",
       "Invalid comparator 'LIKE' not one of '{'=', '!=', '<', '<=', '>', '>='}'",
       "(character 11: expected '=', '!=', '<', '<=', '>', '>=')"},
      {"params.p > 'a'", "Invalid comparator '>' not one of", "'IS NOT NULL')"},
      {"status IN ('a')",
       "Only ['run_id'] attributes support comparison with a list of quoted string values.",
       "'ILIKE')"},
      {"metrics.m IN (1)", "Invalid comparator 'IN' not one of", "'>=')"},
      {"status IS NULL",
       "IS NULL / IS NOT NULL is only supported for parameters and tags, not for 'attribute' "
       "'status'",
       "'ILIKE')"},
      {"run_id IN 'a'", "Invalid clause(s) in filter string: ''a''", "in parentheses)"},
      {"run_id IN ()", "While parsing a list in the query, expected a non-empty list of string",
       "a quoted text)"},
      {"params.p = 'x", "Expected a quoted string value for parameter", "a text in quotes)"},
      {"params.p = 'x' ;", "Invalid clause(s) in filter string: ';'", "key, or AND)"},
  };
  for (const Bad& bad : cases) {
    SCOPED_TRACE(bad.filter);
    EXPECT_THAT(Parse(bad.filter), StatusIs(absl::StatusCode::kInvalidArgument,
                                            AllOf(StartsWith(std::string(bad.begin)),
                                                  EndsWith(std::string(bad.end)))));
  }
}

TEST(FilterTest, AGrammarMayTakeNumbersForTexts) {
  Grammar grammar = testing::RichGrammar();
  grammar.numbers_as_text = true;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses, ParseFilter(grammar, "params.lr = 0.010"));
  EXPECT_THAT(clauses, ElementsAre(Text(kParam, "lr", kEqual, "0.010")));
}

TEST(FilterTest, AGrammarMayRefuseQuotesAroundAttributes) {
  Grammar grammar = testing::RichGrammar();
  grammar.bare_attributes = true;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses,
                               ParseFilter(grammar, "run_name = 'a' AND params.`lr` = 'b'"));
  EXPECT_THAT(clauses, ElementsAre(Text(kAttribute, "run_name", kEqual, "a"),
                                   Text(kParam, "lr", kEqual, "b")));
  for (const char* filter : {"`run_name` = 'a'", "\"run_name\" = 'a'"}) {
    SCOPED_TRACE(filter);
    EXPECT_THAT(ParseFilter(grammar, filter),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Invalid attribute key")));
  }
}

TEST(FilterTest, AGrammarMayTakeQuotedNumbers) {
  Grammar grammar = testing::RichGrammar();
  grammar.quoted_numbers = true;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses, ParseFilter(grammar, "start_time = '10'"));
  EXPECT_THAT(clauses, ElementsAre(Clause{kAttribute, "start_time", kEqual, Number{10, 10}}));
  EXPECT_THAT(ParseFilter(grammar, "start_time = '10 '"), ::rookery::testing::IsOk());
  EXPECT_THAT(ParseFilter(grammar, "start_time = 'x'"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Found 'x'")));
}

TEST(FilterTest, HasLimits) {
  std::string filter;
  for (size_t i = 0; i < kMaxClauses; ++i) filter += "metrics.m > 1 AND ";
  EXPECT_THAT(Parse(filter), ::rookery::testing::IsOk());
  EXPECT_THAT(Parse(filter + "metrics.m > 1"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("more than 100 clauses. (character 1801: expected the end)")));
  EXPECT_THAT(Parse(std::string(kMaxFilterBytes + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("may have at most 1048576")));
}

TEST(FilterTest, MessagesQuoteLittleOfALongText) {
  const auto parsed = Parse("params.p = ä" + std::string(100'000, 'x'));
  EXPECT_LT(parsed.status().message().size(), 500U);
}

// A quadratic reader would take minutes over these.
TEST(FilterTest, LongTextsTakeLinearTime) {
  const auto repeated = [](std::string_view piece) {
    std::string text = "tags.t = '";
    while (text.size() + piece.size() <= kMaxFilterBytes) text += piece;
    return text;
  };
  for (const std::string_view piece : {"'", "a'b", "' `", "x", "''", "\"'\\"}) {
    SCOPED_TRACE(piece);
    EXPECT_THAT(Parse(repeated(piece)), ::testing::Not(::rookery::testing::IsOk()));
  }
  EXPECT_THAT(Parse(repeated("\\'")), ::rookery::testing::IsOk());
  std::string list = "run_id IN ('a'";
  while (list.size() < kMaxFilterBytes - 10) list += ", 'b'";
  EXPECT_THAT(Parse(list + ")"), ::rookery::testing::IsOk());
}

// Whatever comes in, it is read or refused; a sanitizer sees what goes wrong on the way.
TEST(FilterTest, SurvivesGarbage) {
  constexpr std::string_view kPieces[] = {
      "metrics", ".",  "a",    "`", "'",      "\"",  " ",    ">",  "=",  "1",   "-",
      "IN",      "(",  ")",    ",", "\\",     "AND", "NULL", "IS", "\n", "NOT", "params.p = 'x'",
      "LIKE",    "1e", "\xff", "ä", "run_id", "\\u", "\\x4"};
  std::mt19937 random(1);
  int parsed = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string filter;
    for (size_t n = random() % 12; n > 0; --n) filter += kPieces[random() % std::size(kPieces)];
    parsed += Parse(filter).ok() ? 1 : 0;
    ParseOrderKey(testing::RichGrammar(), filter).status().IgnoreError();
  }
  EXPECT_GT(parsed, 100);
}

}  // namespace
}  // namespace rookery::filter
