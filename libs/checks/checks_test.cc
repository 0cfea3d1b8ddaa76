#include "libs/checks/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/checks/keys.h"
#include "libs/checks/text.h"

namespace rookery {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

TEST(ChecksTest, LengthsCountCharactersAndNotBytes) {
  EXPECT_THAT(CheckLength("x", "äöü", 3), IsOk());
  EXPECT_THAT(CheckLength("x", "äöüß", 3),
              StatusIs(kInvalidArgument, "'x' exceeds the maximum length of 3 characters"));
}

TEST(ChecksTest, KeysHoldLettersOfAnyLanguageAndAFewSigns) {
  for (const char* key : {"a", "ü", "日本", "a_b-c.d:e/f g", " a", "²"}) {
    EXPECT_THAT(CheckKey("key", key), IsOk()) << key;
  }
  for (const char* key :
       {"", "a#", "a\tb", "😀", "../a", "/a", "a//b", "a/../b", ".", "a/", "\xff"}) {
    EXPECT_THAT(CheckKey("key", key), StatusIs(kInvalidArgument, HasSubstr("parameter 'key'")))
        << key;
  }
}

TEST(ChecksTest, NamesOfAnyCharactersMayStillNotReadAsOtherPaths) {
  EXPECT_EQ(PathProblem("a#b"), "");
  EXPECT_THAT(PathProblem("a/./b"), HasSubstr("This name would resolve to 'a/b'"));
  EXPECT_THAT(PathProblem("//a"), HasSubstr("'//a'"));
}

TEST(ChecksTest, InvalidValuesAreQuotedAsJson) {
  EXPECT_THAT(
      InvalidValue("p", "a\"\n\\ä😀\x01", ""),
      StatusIs(kInvalidArgument,
               R"(Invalid value "a\"\n\\\u00e4\ud83d\ude00\u0001" for parameter 'p' supplied.)"));
}

TEST(ChecksTest, TextIsCutBetweenCharacters) {
  std::string text = "äöü";
  CutToCharacters(&text, 2);
  EXPECT_EQ(text, "äö");
  CutToCharacters(&text, 2);
  EXPECT_EQ(text, "äö");
}

TEST(ChecksTest, RequestIdsAreShort) {
  EXPECT_THAT(CheckRequestId(std::string(128, 'r')), IsOk());
  EXPECT_THAT(CheckRequestId(std::string(129, 'r')), StatusIs(kInvalidArgument));
}

}  // namespace
}  // namespace rookery
