#include "services/tracking/domain/page_token.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>

#include <limits>

#include "libs/base/testing/status_matchers.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using enum absl::StatusCode;

TEST(PageTokenTest, ACursorComesBackExactly) {
  for (const double value : {0.0, -1.5, 0.1, 1e-300, std::numeric_limits<double>::max(),
                             -std::numeric_limits<double>::infinity()}) {
    const store::MetricCursor cursor{std::numeric_limits<int64_t>::max(), -7, true, value};
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, ParseMetricCursor(PageToken(cursor)));
    EXPECT_EQ(read.timestamp_ms, cursor.timestamp_ms);
    EXPECT_EQ(read.step, cursor.step);
    EXPECT_EQ(read.is_nan, cursor.is_nan);
    EXPECT_EQ(read.value, cursor.value);
  }
}

TEST(PageTokenTest, AnEmptyOneIsBeforeEveryPoint) {
  EXPECT_EQ(ParseMetricCursor("")->timestamp_ms, -1);
}

TEST(PageTokenTest, WhatIsNotBase64IsRefused) {
  for (const char* bad : {"garbage", "a'b!", "=", "\xff\xff\xff\xff"}) {
    EXPECT_THAT(ParseMetricCursor(bad),
                StatusIs(kInvalidArgument, "Invalid page token, could not base64-decode"))
        << bad;
  }
}

TEST(PageTokenTest, WhatIsNotOursIsRefused) {
  EXPECT_THAT(ParseMetricCursor("YWJj"),
              StatusIs(kInvalidArgument, "Invalid page token, decoded value=b'abc'"));
  EXPECT_THAT(
      ParseMetricCursor("/////w=="),
      StatusIs(kInvalidArgument, "Invalid page token, decoded value=b'\\xff\\xff\\xff\\xff'"));
  for (const char* bad : {"metric:1:2:0", "metric:1:2:0:3:4", "run:1:2:0:3", "metric:x:2:0:3",
                          "metric:99999999999999999999:2:0:3", "metric:1:2:0:x"}) {
    EXPECT_THAT(ParseMetricCursor(absl::Base64Escape(bad)), StatusIs(kInvalidArgument)) << bad;
  }
}

}  // namespace
}  // namespace rookery::tracking
