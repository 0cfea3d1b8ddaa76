#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "libs/base/testing/status_matchers.h"
#include "libs/filter_sql/sort.h"

namespace rookery::filter {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

Sort ThreeColumns() {
  return {{"weight", {"w", Column::Kind::kReal, "is_nan"}},
          {"name DESC", {"n", Column::Kind::kText}, false, true},
          {"id", {"i", Column::Kind::kInteger}}};
}

Cursor At(double weight, std::string name, int64_t id) {
  return {{0, weight}, {0, std::move(name)}, {0, id}};
}

TEST(PageTokenTest, ACursorComesBackExactly) {
  const Cursor cursors[] = {
      At(0.1, "", std::numeric_limits<int64_t>::max()),
      At(-std::numeric_limits<double>::infinity(), "ä'\"\\:", std::numeric_limits<int64_t>::min()),
      At(std::numeric_limits<double>::denorm_min(), std::string(8000, 'x'), 0),
      {{1, {}}, {2, {}}, {0, int64_t{1}}},
  };
  for (const Cursor& cursor : cursors) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(
        const auto decoded,
        DecodePageToken("birds", ThreeColumns(), EncodePageToken("birds", ThreeColumns(), cursor)));
    EXPECT_EQ(decoded, cursor);
  }
}

TEST(PageTokenTest, NoTokenIsTheFirstPage) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto decoded, DecodePageToken("birds", ThreeColumns(), ""));
  EXPECT_FALSE(decoded.has_value());
}

TEST(PageTokenTest, GarbageIsRefusedInMlflowsWords) {
  for (const char* garbage : {"a", "a'b!", "=", "\xff\xff\xff\xff"}) {
    EXPECT_THAT(DecodePageToken("birds", ThreeColumns(), garbage),
                StatusIs(kInvalidArgument, "Invalid page token, could not base64-decode"));
  }
  EXPECT_THAT(DecodePageToken("birds", ThreeColumns(), absl::Base64Escape("{\"offset\": 2}")),
              StatusIs(kInvalidArgument, HasSubstr("decoded value=b'{\"offset\": 2}'")));
}

TEST(PageTokenTest, ATokenOfAnotherSearchIsRefused) {
  const std::string token = EncodePageToken("birds", ThreeColumns(), At(1, "a", 1));
  EXPECT_THAT(DecodePageToken("nests", ThreeColumns(), token),
              StatusIs(kInvalidArgument, HasSubstr("belongs to another search")));
  Sort other = ThreeColumns();
  other[1].name = "name ASC";
  EXPECT_THAT(DecodePageToken("birds", other, token),
              StatusIs(kInvalidArgument, HasSubstr("belongs to another search")));
  other.pop_back();
  EXPECT_THAT(DecodePageToken("birds", other, token),
              StatusIs(kInvalidArgument, HasSubstr("belongs to another search")));
}

// Ranks and values that no row can have.
TEST(PageTokenTest, ForgedPlacesAreRefused) {
  for (const Place& place : {Place{2, {}}, Place{-1, {}}, Place{0, "text"}, Place{7, 1.0}}) {
    Cursor cursor = At(1, "a", 1);
    cursor[0] = place;
    EXPECT_THAT(
        DecodePageToken("birds", ThreeColumns(), EncodePageToken("birds", ThreeColumns(), cursor)),
        StatusIs(kInvalidArgument, HasSubstr("decoded value=")));
  }
}

}  // namespace
}  // namespace rookery::filter
