#include "services/tracking/domain/run_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace rookery::tracking {
namespace {

using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Pointee;

constexpr size_t kRoom = size_t{1} << 20;
// Of which 32 fill the room, with what it takes to find them.
const std::string& Large() {
  static const std::string large(kRoom / 32 - 512, 'x');
  return large;
}

TEST(RunCacheTest, ARunIsFoundInTheVersionThatWasPut) {
  RunCache cache({.max_bytes = kRoom});
  EXPECT_THAT(cache.Find("w", "r", {1, 2}), IsNull());
  cache.Put("w", "r", {1, 2}, "bytes");
  EXPECT_THAT(cache.Find("w", "r", {1, 2}), Pointee(std::string("bytes")));
  EXPECT_THAT(cache.Find("w", "r", {2, 2}), IsNull());
  EXPECT_THAT(cache.Find("w", "r", {1, 3}), IsNull());
  cache.Put("w", "r", {1, 3}, "more");
  EXPECT_THAT(cache.Find("w", "r", {1, 2}), IsNull());
  EXPECT_THAT(cache.Find("w", "r", {1, 3}), Pointee(std::string("more")));
}

TEST(RunCacheTest, WorkspacesDoNotMeet) {
  RunCache cache({.max_bytes = kRoom});
  cache.Put("ab", "c", {}, "1");
  EXPECT_THAT(cache.Find("a", "bc", {}), IsNull());
  EXPECT_THAT(cache.Find("abc", "", {}), IsNull());
}

TEST(RunCacheTest, WhatWasNotAskedForTheLongestTimeGoesFirst) {
  RunCache cache({.max_bytes = kRoom});
  for (int i = 0; i < 32; ++i) cache.Put("w", std::to_string(i), {}, Large());
  EXPECT_NE(cache.Find("w", "0", {}), nullptr);
  cache.Put("w", "new", {}, Large());
  EXPECT_NE(cache.Find("w", "0", {}), nullptr);
  EXPECT_THAT(cache.Find("w", "1", {}), IsNull());
  EXPECT_NE(cache.Find("w", "2", {}), nullptr);
}

TEST(RunCacheTest, ALargeRunIsNotKeptAndForgetsItsEarlierVersion) {
  RunCache cache({.max_bytes = kRoom});
  cache.Put("w", "r", {1, 0}, "small");
  cache.Put("w", "r", {2, 0}, std::string(kRoom / 32 + 1, 'x'));
  EXPECT_THAT(cache.Find("w", "r", {1, 0}), IsNull());
  EXPECT_THAT(cache.Find("w", "r", {2, 0}), IsNull());
}

TEST(RunCacheTest, WithoutRoomNothingIsKept) {
  RunCache cache({.max_bytes = 0});
  cache.Put("w", "r", {}, "");
  EXPECT_THAT(cache.Find("w", "r", {}), IsNull());
}

TEST(RunCacheTest, CountsWhatItHadAndTakes) {
  metrics::Registry registry;
  RunCache cache({.max_bytes = kRoom, .metrics = &registry});
  cache.Put("w", "r", {}, Large());
  cache.Find("w", "r", {});
  cache.Find("w", "other", {});
  cache.Find("w", "r", {1, 1});
  EXPECT_THAT(registry.Text(), HasSubstr("rookery_run_cache_hits_total 1\n"));
  EXPECT_THAT(registry.Text(), HasSubstr("rookery_run_cache_misses_total 2\n"));
  // One that takes its place takes its room.
  const std::string before = registry.Text();
  cache.Put("w", "r", {1, 1}, Large());
  EXPECT_EQ(registry.Text(), before);
}

}  // namespace
}  // namespace rookery::tracking
