#include "libs/base/percent.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

TEST(PercentTest, OnlyWhatIsSafeEverywhereStays) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b/c+d%e=f&é\n"), "a%20b%2Fc%2Bd%25e%3Df%26%C3%A9%0A");
  EXPECT_EQ(PercentEncode(""), "");
}

}  // namespace
}  // namespace rookery
