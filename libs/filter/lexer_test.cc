#include "libs/filter/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rookery::filter {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> texts;
  Lexer lexer(text);
  for (Token token = lexer.Next(); token.kind != Token::Kind::kEnd; token = lexer.Next()) {
    texts.emplace_back(token.text);
  }
  return texts;
}

Token::Kind KindOf(std::string_view text) { return Lexer(text).Next().kind; }

TEST(LexerTest, CutsATextIntoTokens) {
  EXPECT_THAT(Texts("metrics.`a b`>=-1.5 AND(x,'y')"),
              ElementsAre("metrics", ".", "`a b`", ">=", "-1.5", "AND", "(", "x", ",", "'y'", ")"));
  EXPECT_THAT(Texts(" \t\n"), ElementsAre());
}

TEST(LexerTest, KnowsTheKinds) {
  using enum Token::Kind;
  for (const char* number : {"1", "-1", ".5", "5.", "1e3", "1.5E-3", "-0"}) {
    EXPECT_EQ(KindOf(number), kNumber) << number;
  }
  for (const char* name : {"a", "_a", "1a", "1e", "0x10", "1_0", "ä", "a$b#"}) {
    EXPECT_EQ(KindOf(name), kName) << name;
  }
  for (const char* unknown : {"+", "-", "'a", "`", "\"", ";", "-x", "5.x"}) {
    EXPECT_NE(KindOf(unknown), kNumber) << unknown;
  }
  EXPECT_EQ(KindOf("'a"), kUnknown);
  EXPECT_EQ(KindOf(""), kEnd);
}

TEST(LexerTest, QuotedTextsMayHoldTheirQuote) {
  EXPECT_THAT(Texts("'a''b'c"), ElementsAre("'a''b'", "c"));
  EXPECT_THAT(Texts(R"('a\'b'c)"), ElementsAre(R"('a\'b')", "c"));
  EXPECT_THAT(Texts("`a``b`c"), ElementsAre("`a``b`", "c"));
  // No quote follows, so this one ends it.
  EXPECT_THAT(Texts(R"('a\'c)"), ElementsAre(R"('a\')", "c"));
}

TEST(LexerTest, SaysWhetherBlanksStandBefore) {
  Lexer lexer("a b");
  EXPECT_FALSE(lexer.Next().after_blank);
  EXPECT_TRUE(lexer.Next().after_blank);
}

TEST(LexerTest, CountsCharactersAndNotBytes) {
  EXPECT_EQ(CharacterNumber("äöx", 4), 3U);
  EXPECT_EQ(CharacterNumber("", 0), 1U);
}

}  // namespace
}  // namespace rookery::filter
