#include "libs/base/percent.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(PercentTest, OnlyWhatIsSafeEverywhereStays) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b/c+d%e=f&é\n"), "a%20b%2Fc%2Bd%25e%3Df%26%C3%A9%0A");
  EXPECT_EQ(PercentEncode(""), "");
}

TEST(PercentTest, OfAPathSlashesStay) {
  EXPECT_EQ(PercentEncodePath("a/B-1._~"), "a/B-1._~");
  EXPECT_EQ(PercentEncodePath("sp ace#\xc3\xa9%+?&.txt"), "sp%20ace%23%C3%A9%25%2B%3F%26.txt");
}

}  // namespace
}  // namespace rookery
