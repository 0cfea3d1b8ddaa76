#include "libs/tokens/token_cache.h"

#include <gtest/gtest.h>

namespace rookery::tokens {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

TokenCache::Entry Entry(absl::Duration left, int64_t version = 1) {
  return {std::make_shared<const Identity>(Identity{.expires_at = kNow + left}), nullptr, "id",
          version};
}

Sha256Digest Digest(std::string_view token) { return *Sha256(token); }

TEST(TokenCacheTest, KeepsATokenUntilItExpires) {
  TokenCache cache(10);
  cache.Put(Digest("a"), Entry(absl::Seconds(5)));
  EXPECT_TRUE(cache.Find(Digest("a"), kNow).has_value());
  EXPECT_FALSE(cache.Find(Digest("b"), kNow).has_value());
  EXPECT_TRUE(cache.Find(Digest("a"), kNow + absl::Seconds(5) - absl::Nanoseconds(1)).has_value());
  EXPECT_FALSE(cache.Find(Digest("a"), kNow + absl::Seconds(5)).has_value());
  EXPECT_EQ(cache.size(), 0U);
}

TEST(TokenCacheTest, OfTooManyTheOneGoesThatWasUsedTheLongestAgo) {
  TokenCache cache(2);
  cache.Put(Digest("a"), Entry(absl::Hours(1)));
  cache.Put(Digest("b"), Entry(absl::Hours(1)));
  EXPECT_TRUE(cache.Find(Digest("a"), kNow).has_value());
  cache.Put(Digest("c"), Entry(absl::Hours(1)));
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_TRUE(cache.Find(Digest("a"), kNow).has_value());
  EXPECT_FALSE(cache.Find(Digest("b"), kNow).has_value());
  EXPECT_TRUE(cache.Find(Digest("c"), kNow).has_value());
}

TEST(TokenCacheTest, ATokenThatIsVerifiedAgainReplacesItself) {
  TokenCache cache(2);
  cache.Put(Digest("a"), Entry(absl::Hours(1), 1));
  cache.Put(Digest("a"), Entry(absl::Hours(1), 2));
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.Find(Digest("a"), kNow)->keys_version, 2);
}

TEST(TokenCacheTest, OneWithoutRoomKeepsNothing) {
  TokenCache cache(0);
  cache.Put(Digest("a"), Entry(absl::Hours(1)));
  EXPECT_FALSE(cache.Find(Digest("a"), kNow).has_value());
}

}  // namespace
}  // namespace rookery::tokens
