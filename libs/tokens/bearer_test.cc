#include "libs/tokens/bearer.h"

#include "libs/base/testing/status_matchers.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;

TEST(BearerTest, TheTokenIsWhatFollowsTheScheme) {
  EXPECT_EQ(*BearerToken("Bearer a.b.c"), "a.b.c");
  EXPECT_EQ(*BearerToken("bearer   a.b.c "), "a.b.c");
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer    ", "Basic YTpi", "a.b.c"}) {
    EXPECT_THAT(BearerToken(header), StatusIs(absl::StatusCode::kUnauthenticated)) << header;
  }
}

}  // namespace
}  // namespace rookery::tokens
