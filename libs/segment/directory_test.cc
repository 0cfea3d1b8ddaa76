#include "libs/segment/directory.h"

#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/segment/writer.h"

namespace rookery::segment {
namespace {

// `long` fills several blocks, before and behind it are short keys.
EncodedSegment ThreeKeys() {
  Points points;
  points.keys = {"a", "long", "z"};
  for (int step = 0; step < 5; ++step) points.columns.Add(0, 0, step, step, step);
  for (int step = 0; step < 2000; ++step) points.columns.Add(1, 0, step, 1000 + step, step);
  for (int step = 0; step < 3; ++step) points.columns.Add(2, 0, -step, 9, step);
  return Encode(&points);
}

TEST(Directory, BlocksOfAKeyAreAllThatHaveIt) {
  const auto directory = Directory::Parse(ThreeKeys().directory);
  ROOKERY_ASSERT_OK(directory.status());
  EXPECT_EQ(directory->points(), 2008);
  EXPECT_EQ(directory->FindKey("b"), std::nullopt);
  EXPECT_EQ(directory->FindKey(""), std::nullopt);
  const auto position = directory->FindKey("long");
  ASSERT_EQ(position, 1);
  const auto [first, last] = directory->BlocksOf(*position);
  for (size_t i = 0; i < directory->blocks().size(); ++i) {
    const BlockEntry& block = directory->blocks()[i];
    const bool has_it = block.first_key <= 1 && block.last_key >= 1;
    EXPECT_EQ(has_it, first <= i && i < last) << i;
    EXPECT_LE(block.points, kMaxBlockPoints);
  }
}

TEST(Directory, RangesOfABlockAreThoseOfItsPoints) {
  const EncodedSegment segment = ThreeKeys();
  const auto directory = Directory::Parse(segment.directory);
  ROOKERY_ASSERT_OK(directory.status());
  const BlockEntry& block = directory->blocks().front();
  EXPECT_EQ(block.min_step, 0);
  EXPECT_EQ(block.min_timestamp_ms, 0);
  EXPECT_EQ(block.max_timestamp_ms, 1000 + block.max_step);
  EXPECT_EQ(directory->blocks().back().min_step, -2);
}

}  // namespace
}  // namespace rookery::segment
