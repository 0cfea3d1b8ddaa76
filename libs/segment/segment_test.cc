// Whole segments: what went in comes out, in the order of the format, and in few bytes.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "libs/base/testing/status_matchers.h"
#include "libs/segment/testing/random_points.h"

namespace rookery::segment {
namespace {

using testing::Flatten;
using testing::RandomPoints;
using testing::ReadAll;

TEST(Segment, RandomPointsComeBack) {
  std::mt19937 random(1);
  for (int i = 0; i < 1500; ++i) {
    Points points = RandomPoints(&random, 3000);
    const auto expected = Flatten(points.keys, points.origins, points.columns);
    ASSERT_EQ(ReadAll(Encode(&points)), expected) << "round " << i;
  }
}

TEST(Segment, EncodingTwiceGivesTheSameBytes) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    Points points = RandomPoints(&random, 2000);
    const EncodedSegment first = Encode(&points);
    const EncodedSegment second = Encode(&points);
    ASSERT_EQ(first.directory, second.directory);
    ASSERT_EQ(first.data, second.data);
  }
}

TEST(Segment, EqualPointsAreAllKept) {
  Points points;
  points.keys = {"loss"};
  for (int i = 0; i < 3; ++i) points.columns.Add(0, 0, 1, 1000, 0.5);
  EXPECT_EQ(ReadAll(Encode(&points)).size(), 3);
}

TEST(Segment, RepeatedPointsAreCountedOnceAsDistinct) {
  Points points;
  points.keys = {"loss"};
  points.origins.push_back({"m-1", "train", "d1"});
  points.columns.Add(0, 0, 1, 10, std::nan("1"));
  points.columns.Add(0, 0, 1, 10, std::nan("2"));
  points.columns.Add(0, 1, 2, 10, -0.0);
  points.columns.Add(0, 0, 2, 10, 0.0);
  points.columns.Add(0, 0, 2, 11, 0.0);
  const auto directory = Directory::Parse(Encode(&points).directory);
  ROOKERY_ASSERT_OK(directory.status());
  EXPECT_EQ(directory->blocks().front().points, 5);
  EXPECT_EQ(directory->blocks().front().distinct_points, 3);
}

TEST(Segment, SegmentsMergeIntoOne) {
  std::mt19937 random(5);
  for (int i = 0; i < 100; ++i) {
    Points merged;
    Points expected;
    for (int part = 0; part < 5; ++part) {
      Points points = RandomPoints(&random, 800);
      expected.Append(points.keys, points.origins, points.columns);
      const EncodedSegment segment = Encode(&points);
      const auto directory = Directory::Parse(segment.directory);
      ROOKERY_ASSERT_OK(directory.status());
      Columns columns;
      for (size_t block = 0; block < directory->blocks().size(); ++block) {
        const BlockEntry& entry = directory->blocks()[block];
        ROOKERY_ASSERT_OK(directory->ReadBlock(
            block, std::string_view(segment.data).substr(entry.offset_bytes, entry.size_bytes),
            &columns));
      }
      merged.Append(directory->keys(), directory->origins(), columns);
    }
    ASSERT_EQ(ReadAll(Encode(&merged)), Flatten(expected.keys, expected.origins, expected.columns));
  }
}

TEST(Segment, PointsAreSortedByKeyStepTimeAndValueWithNanAsZero) {
  Points points;
  points.keys = {"b", "a"};
  points.columns.Add(0, 0, 2, 10, 1);
  points.columns.Add(0, 0, 1, 20, 1);
  points.columns.Add(0, 0, 1, 10, 5);
  points.columns.Add(0, 0, 1, 10, std::nan(""));
  points.columns.Add(0, 0, 1, 10, -5);
  points.columns.Add(1, 0, 9, 10, 7);
  Sort(&points);
  EXPECT_EQ(points.keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(points.columns.step, (std::vector<int64_t>{9, 1, 1, 1, 1, 2}));
  EXPECT_EQ(points.columns.timestamp_ms, (std::vector<int64_t>{10, 10, 10, 10, 20, 10}));
  EXPECT_EQ(points.columns.value[1], -5);
  EXPECT_TRUE(std::isnan(points.columns.value[2]));
  EXPECT_EQ(points.columns.value[3], 5);
}

// Losses of full precision, half of them widened floats: the values alone take 6 bytes a point.
TEST(Segment, NoiseTakesLittleMoreThanItsValues) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise;
  std::uniform_int_distribution<int64_t> jitter(0, 15);
  Points points;
  constexpr int kSteps = 5000;
  for (uint32_t key = 0; key < 20; ++key) {
    points.keys.push_back("metric_" + std::to_string(key));
    for (int step = 0; step < kSteps; ++step) {
      double value = std::exp(-step / 1000.0) + 0.01 * noise(random);
      if (key % 2 == 0) value = static_cast<float>(value);
      points.columns.Add(key, 0, step, 1'790'000'000'000 + step * int64_t{250} + jitter(random),
                         value);
    }
  }
  const EncodedSegment segment = Encode(&points);
  const double bytes = static_cast<double>(segment.directory.size() + segment.data.size());
  EXPECT_LT(bytes / (20 * kSteps), 7.0);
}

TEST(Segment, OnePointIsSmall) {
  Points points;
  points.keys = {"loss"};
  points.columns.Add(0, 0, 17, 1'790'000'000'000, 0.6931471805599453);
  const EncodedSegment segment = Encode(&points);
  EXPECT_LE(segment.directory.size() + segment.data.size(), 100);
}

}  // namespace
}  // namespace rookery::segment
