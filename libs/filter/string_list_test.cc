#include "libs/filter/string_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::filter {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

TEST(StringListTest, ReadsLikePython) {
  const std::pair<std::string_view, std::vector<std::string>> cases[] = {
      {"('a')", {"a"}},
      {"( 'a' , \"b\" )", {"a", "b"}},
      {"('a',)", {"a"}},
      {"('a' 'b', 'c''d')", {"ab", "cd"}},
      {R"(('it\'s', "\"", '\\'))", {"it's", "\"", "\\"}},
      {R"(('a\nb\tc\q'))", {"a\nb\tc\\q"}},
      {R"(('\x41\u00e4\U0001F600'))", {"Aä😀"}},
      {"('a\\\nb')", {"ab"}},
      {"('(', ')')", {"(", ")"}},
      {"('')", {""}},
  };
  for (const auto& [text, expected] : cases) {
    SCOPED_TRACE(text);
    ROOKERY_ASSERT_OK_AND_ASSIGN(const StringList list, ReadStringList(text, 0));
    EXPECT_EQ(list.texts, expected);
    EXPECT_EQ(list.end, text.size());
  }
}

TEST(StringListTest, SaysWhatIsWrongAndWhere) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"()", "but got empty list (character 2: expected a quoted text)"},
      {"(1)", "but got different type in list (character 2"},
      {"('a', -1)", "but got different type in list (character 7"},
      {"(a)", "ill-formed list. (character 2: expected a quoted text)"},
      {"('a'; 'b')", "ill-formed list. (character 5: expected `,` or `)`)"},
      {"('a'", "ill-formed list. (character 5"},
      {"('a", "ill-formed list. (character 2: expected a text that ends)"},
      {"('a\\", "ill-formed list."},
      {"('a',,'b')", "ill-formed list. (character 6"},
      {"(,)", "ill-formed list. (character 2"},
      {R"(('\ud800'))", "expected an escape that names a character"},
      {R"(('\x4'))", "expected an escape that names a character"},
      {"(", "ill-formed list. (character 2"},
  };
  for (const auto& [text, message] : cases) {
    SCOPED_TRACE(text);
    EXPECT_THAT(ReadStringList(text, 0),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(message))));
  }
}

}  // namespace
}  // namespace rookery::filter
