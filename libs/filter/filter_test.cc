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
using ::testing::StartsWith;
using enum Entity;
using enum Operator;

StatusOr<std::vector<Clause>> Parse(std::string_view filter) {
  return ParseFilter(testing::BirdGrammar(), filter);
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
      {"sizes.loss > 1", {Metric("loss", kGreater, 1)}},
      {"size.loss>1", {Metric("loss", kGreater, 1)}},
      {"`sizes`.loss > 1", {Metric("loss", kGreater, 1)}},
      {"sizes.a.b.c > 1", {Metric("a.b.c", kGreater, 1)}},
      {"sizes.1a$#_ > 1", {Metric("1a$#_", kGreater, 1)}},
      {"sizes.größe > 1", {Metric("größe", kGreater, 1)}},
      {"sizes.`my loss/x` > 1", {Metric("my loss/x", kGreater, 1)}},
      {"sizes.\"my loss.x\" > 1", {Metric("my loss.x", kGreater, 1)}},
      {"sizes.'my loss' > 1", {Metric("my loss", kGreater, 1)}},
      {"sizes.AND > 1", {Metric("AND", kGreater, 1)}},
      {"sizes.`a AND b` > 1", {Metric("a AND b", kGreater, 1)}},
      {"name = 'x'", {Text(kAttribute, "name", kEqual, "x")}},
      {"bird.name = 'x'", {Text(kAttribute, "name", kEqual, "x")}},
      {"bird.`pet name` = 'x'", {Text(kAttribute, "name", kEqual, "x")}},
      {"\"pet name\" = 'x'", {Text(kAttribute, "name", kEqual, "x")}},
      {"born = 5", {{kAttribute, "hatched", kEqual, Number{5, 5}}}},
      {"nests.place = 'd'", {Text(kDataset, "place", kEqual, "d")}},
  });
}

TEST(FilterTest, ReadsNumbersExactly) {
  ExpectAll({
      {"sizes.m = 9007199254740993", {Metric("m", kEqual, int64_t{9007199254740993})}},
      {"sizes.m = -1", {Metric("m", kEqual, -1)}},
      {"sizes.m=-1", {Metric("m", kEqual, -1)}},
      {"sizes.m >= 1.5", {Metric("m", kGreaterOrEqual, 1.5)}},
      {"sizes.m < .5", {Metric("m", kLess, 0.5)}},
      {"sizes.m <= 1e3", {Metric("m", kLessOrEqual, 1000.0)}},
      {"sizes.m <= 1.5E-3", {Metric("m", kLessOrEqual, 0.0015)}},
      {"sizes.m != 5.", {Metric("m", kNotEqual, 5.0)}},
      {"sizes.m < 1e999", {Metric("m", kLess, std::numeric_limits<double>::infinity())}},
      {"sizes.m = 99999999999999999999", {Metric("m", kEqual, 1e20)}},
  });
}

TEST(FilterTest, ReadsTextsAsTheyStand) {
  ExpectAll({
      {"traits.p = 'a AND b'", {Text(kParam, "p", kEqual, "a AND b")}},
      {"traits.p = \"it's\"", {Text(kParam, "p", kEqual, "it's")}},
      {"traits.p = 'it''s'", {Text(kParam, "p", kEqual, "it''s")}},
      {R"(traits.p = 'it\'s')", {Text(kParam, "p", kEqual, R"(it\'s)")}},
      {R"(traits.p = 'C:\')", {Text(kParam, "p", kEqual, R"(C:\)")}},
      {"traits.p LIKE '%ä_'", {Text(kParam, "p", kLike, "%ä_")}},
      {"traits.p ilike ''", {Text(kParam, "p", kIlike, "")}},
      {"traits.p != '1'", {Text(kParam, "p", kNotEqual, "1")}},
      {"note.t = '(''`)'", {Text(kTag, "t", kEqual, "(''`)")}},
  });
}

TEST(FilterTest, ReadsListsAndNull) {
  ExpectAll({
      {"ring IN ('a', \"b\")", {{kAttribute, "ring", kIn, TextList{"a", "b"}}}},
      {"ring not  in('a',)", {{kAttribute, "ring", kNotIn, TextList{"a"}}}},
      {"nest.place IN ('train')", {{kDataset, "place", kIn, TextList{"train"}}}},
      {"note.t IS NULL", {{kTag, "t", kIsNull, {}}}},
      {"traits.p is not null", {{kParam, "p", kIsNotNull, {}}}},
  });
}

TEST(FilterTest, IsLenientAboutAnd) {
  const std::vector<Clause> both = {Metric("a", kGreater, 1), Text(kParam, "p", kEqual, "x")};
  ExpectAll({
      {"sizes.a > 1 AND traits.p = 'x'", both},
      {"sizes.a > 1 and traits.p = 'x' And", both},
      {" AND AND sizes.a > 1 AND\t\nAND traits.p = 'x'", both},
      {"sizes.a > 1 traits.p = 'x'", both},
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
      {"sizes.a > 1 OR sizes.b > 2", "Invalid clause(s) in filter string: 'OR'",
       "(character 13: expected a comparison, which begins with a key, or AND)"},
      {"(sizes.a > 1)", "Invalid clause(s) in filter string: '('", "key, or AND)"},
      {"sizes.a", "Invalid clause(s) in filter string: 'sizes.a'", "IN or IS)"},
      {"sizes.a >", "Invalid clause(s) in filter string: 'sizes.a'",
       "(character 10: expected a value)"},
      {"1 = sizes.a", "Invalid comparison clause. Expected 'Identifier' found '1'", "a key)"},
      {"sizes.a-b > 1", "Invalid clause(s) in filter string: 'sizes.a'", "IN or IS)"},
      {"sizes . a > 1", "Invalid clause(s) in filter string: 'sizes'", "key, or AND)"},
      {"sizes.a == 1", "Invalid comparator '=='", "IN or IS)"},
      {"traits.a NOT LIKE 'x'", "Invalid comparator 'NOT LIKE'", "IN or IS)"},
      {"traits.a RLIKE 'x'", "Invalid comparator 'RLIKE'", "IN or IS)"},
      {"traits.a IS 'x'", "Invalid clause(s) in filter string: 'traits.a'", "NULL or NOT NULL)"},
      {"ünbekannt.a = 'x'",
       "Invalid entity type 'ünbekannt'. There are ['attribute', 'size', 'trait', "
       "'note', 'nest']",
       "(character 1: expected `attribute.`, `size.`, `traits.`, `note.`, `nest.`)"},
      {"SIZES.m = 1", "Invalid entity type 'SIZES'. There are", "`nest.`)"},
      {"foo = 'x'",
       "Invalid attribute key 'foo' specified. Valid keys are '{'ring', 'name', "
       "'pet name', 'hatched', 'born'}'",
       "(character 1: expected one of these keys)"},
      {"note.ä = 'ä' and nest.foo = 'x'",
       "Invalid nest key 'foo' specified. Valid keys are '{'place', 'year'}'",
       "(character 23: expected one of these keys)"},
      {"sizes.m = 'a'", "Expected numeric value type for size. Found 'a'",
       "(character 11: expected a number)"},
      {"sizes.m = +2", "Expected numeric value type for size. Found +", "a number)"},
      {"sizes.m = 0x10", "Expected numeric value type for size. Found 0x10", "a number)"},
      {"sizes.m = 1_000", "Expected numeric value type for size. Found 1_000", "a number)"},
      {"hatched = '5'", "Expected numeric value type for numeric attribute: hatched. Found",
       "a number)"},
      {"traits.p = 1", "Expected a quoted string value for trait (e.g. 'my-value'). Got value 1",
       "(character 12: expected a text in quotes)"},
      {"traits.p = x", "Parameter value is either not quoted", "a text in quotes)"},
      {"traits.p = `x`", "Parameter value is either not quoted", "a text in quotes)"},
      {"name = 1", "Expected a quoted string value for attributes. Got value 1", "in quotes)"},
      {"nest.place = 1", "Expected a quoted string value for dataset attributes.", "in quotes)"},
      {"sizes.m LIKE 1", "Invalid comparator 'LIKE' not one of '{'=', '!=', '<', '<=', '>', '>='}'",
       "(character 9: expected '=', '!=', '<', '<=', '>', '>=')"},
      {"traits.p > 'a'", "Invalid comparator '>' not one of", "'IS NOT NULL')"},
      {"name IN ('a')",
       "Only ['ring'] attributes support comparison with a list of quoted string values.",
       "'ILIKE')"},
      {"sizes.m IN (1)", "Invalid comparator 'IN' not one of", "'>=')"},
      {"name IS NULL",
       "IS NULL / IS NOT NULL is only supported for traits and notes, not for 'attribute' "
       "'name'",
       "'ILIKE')"},
      {"ring IN 'a'", "Invalid clause(s) in filter string: ''a''", "in parentheses)"},
      {"ring IN ()", "While parsing a list in the query, expected a non-empty list of string",
       "a quoted text)"},
      {"traits.p = 'x", "Expected a quoted string value for trait", "a text in quotes)"},
      {"traits.p = 'x' ;", "Invalid clause(s) in filter string: ';'", "key, or AND)"},
  };
  for (const Bad& bad : cases) {
    SCOPED_TRACE(bad.filter);
    EXPECT_THAT(Parse(bad.filter), StatusIs(absl::StatusCode::kInvalidArgument,
                                            AllOf(StartsWith(std::string(bad.begin)),
                                                  EndsWith(std::string(bad.end)))));
  }
}

TEST(FilterTest, AGrammarMayTakeNumbersForTexts) {
  Grammar grammar = testing::BirdGrammar();
  grammar.numbers_as_text = true;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses, ParseFilter(grammar, "traits.lr = 0.010"));
  EXPECT_THAT(clauses, ElementsAre(Text(kParam, "lr", kEqual, "0.010")));
}

TEST(FilterTest, AGrammarMayRefuseQuotesAroundAttributes) {
  Grammar grammar = testing::BirdGrammar();
  grammar.bare_attributes = true;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses,
                               ParseFilter(grammar, "name = 'a' AND traits.`lr` = 'b'"));
  EXPECT_THAT(clauses,
              ElementsAre(Text(kAttribute, "name", kEqual, "a"), Text(kParam, "lr", kEqual, "b")));
  for (const char* filter : {"`name` = 'a'", "\"name\" = 'a'"}) {
    SCOPED_TRACE(filter);
    EXPECT_THAT(ParseFilter(grammar, filter),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Invalid attribute key")));
  }
}

TEST(FilterTest, AGrammarMayTakeQuotedNumbers) {
  Grammar grammar = testing::BirdGrammar();
  grammar.quoted_numbers = true;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto clauses, ParseFilter(grammar, "hatched = '10'"));
  EXPECT_THAT(clauses, ElementsAre(Clause{kAttribute, "hatched", kEqual, Number{10, 10}}));
  EXPECT_THAT(ParseFilter(grammar, "hatched = '10 '"), ::rookery::testing::IsOk());
  EXPECT_THAT(ParseFilter(grammar, "hatched = 'x'"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Found 'x'")));
}

TEST(FilterTest, HasLimits) {
  std::string filter;
  for (size_t i = 0; i < kMaxClauses; ++i) filter += "sizes.m > 1 AND ";
  EXPECT_THAT(Parse(filter), ::rookery::testing::IsOk());
  EXPECT_THAT(Parse(filter + "sizes.m > 1"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("more than 100 clauses. (character 1601: expected the end)")));
  EXPECT_THAT(Parse(std::string(kMaxFilterBytes + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("may have at most 1048576")));
}

TEST(FilterTest, MessagesQuoteLittleOfALongText) {
  const auto parsed = Parse("traits.p = ä" + std::string(100'000, 'x'));
  EXPECT_LT(parsed.status().message().size(), 500U);
}

// A quadratic reader would take minutes over these.
TEST(FilterTest, LongTextsTakeLinearTime) {
  const auto repeated = [](std::string_view piece) {
    std::string text = "note.t = '";
    while (text.size() + piece.size() <= kMaxFilterBytes) text += piece;
    return text;
  };
  for (const std::string_view piece : {"'", "a'b", "' `", "x", "''", "\"'\\"}) {
    SCOPED_TRACE(piece);
    EXPECT_THAT(Parse(repeated(piece)), ::testing::Not(::rookery::testing::IsOk()));
  }
  EXPECT_THAT(Parse(repeated("\\'")), ::rookery::testing::IsOk());
  std::string list = "ring IN ('a'";
  while (list.size() < kMaxFilterBytes - 10) list += ", 'b'";
  EXPECT_THAT(Parse(list + ")"), ::rookery::testing::IsOk());
}

// Whatever comes in, it is read or refused; a sanitizer sees what goes wrong on the way.
TEST(FilterTest, SurvivesGarbage) {
  constexpr std::string_view kPieces[] = {
      "sizes", ".",  "a",    "`", "'",    "\"",  " ",    ">",  "=",  "1",   "-",
      "IN",    "(",  ")",    ",", "\\",   "AND", "NULL", "IS", "\n", "NOT", "traits.p = 'x'",
      "LIKE",  "1e", "\xff", "ä", "ring", "\\u", "\\x4"};
  std::mt19937 random(1);
  int parsed = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string filter;
    for (size_t n = random() % 12; n > 0; --n) filter += kPieces[random() % std::size(kPieces)];
    parsed += Parse(filter).ok() ? 1 : 0;
    ParseOrderKey(testing::BirdGrammar(), filter).status().IgnoreError();
  }
  EXPECT_GT(parsed, 100);
}

}  // namespace
}  // namespace rookery::filter
