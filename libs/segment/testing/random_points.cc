#include "libs/segment/testing/random_points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "libs/base/testing/status_matchers.h"

namespace rookery::segment::testing {
namespace {

class Generator {
 public:
  explicit Generator(std::mt19937* random) : random_(*random) {}

  size_t Below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }

  int64_t Wild() {
    static constexpr int64_t kEdges[] = {0, -1, std::numeric_limits<int64_t>::min(),
                                         std::numeric_limits<int64_t>::max()};
    if (Below(2) == 0) return kEdges[Below(std::size(kEdges))];
    return static_cast<int64_t>(std::uniform_int_distribution<uint64_t>()(random_));
  }

  double Value(size_t kind) {
    static constexpr double kOdd[] = {std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::infinity(),
                                      -std::numeric_limits<double>::infinity(),
                                      -0.0,
                                      0.0,
                                      std::numeric_limits<double>::denorm_min(),
                                      std::numeric_limits<double>::max(),
                                      9007199254740993.0};
    const double noise = std::normal_distribution<double>()(random_);
    switch (kind) {
      case 0:
        return 0.25;
      case 1:
        return std::round(noise * 100);
      case 2:
        return std::round(noise * 1000) / 1000;
      case 3:
        return static_cast<float>(noise);
      case 4:
        return noise;
      case 5:
        return kOdd[Below(std::size(kOdd))];
      case 6:
        return std::bit_cast<double>(Wild());
      default:
        return Value(Below(7));
    }
  }

 private:
  std::mt19937& random_;
};

}  // namespace

Points RandomPoints(std::mt19937* random, size_t max_points) {
  Generator any(random);
  Points points;
  const size_t keys = 1 + any.Below(any.Below(2) == 0 ? 3 : 300);
  for (size_t i = 0; i < keys; ++i) {
    // Some names stand twice, and none in order.
    points.keys.push_back(std::string(any.Below(4), 'k') + std::to_string(any.Below(keys)));
  }
  const size_t origins = any.Below(3) == 0 ? any.Below(5) : 0;
  for (size_t i = 0; i < origins; ++i) {
    Origin& origin = points.origins.emplace_back();
    origin.model_id = "m-" + std::to_string(any.Below(3));
    if (any.Below(2) == 0) origin.dataset_name = "d" + std::to_string(any.Below(2));
    if (any.Below(2) == 0) origin.dataset_digest = "";
  }
  const size_t count = 1 + any.Below(max_points);
  const size_t kind = any.Below(8);
  const bool wild_times = any.Below(3) == 0;
  for (size_t i = 0; i < count; ++i) {
    const auto step = static_cast<int64_t>(i / keys);
    points.columns.Add(
        static_cast<uint32_t>(any.Below(keys)),
        static_cast<uint32_t>(any.Below(points.origins.size())), wild_times ? any.Wild() : step,
        wild_times ? any.Wild()
                   : 1'790'000'000'000 + step * 100 + static_cast<int64_t>(any.Below(20)),
        any.Value(kind));
  }
  return points;
}

std::vector<Plain> Flatten(const std::vector<std::string>& keys, const std::vector<Origin>& origins,
                           const Columns& columns) {
  std::vector<Plain> plain;
  for (size_t i = 0; i < columns.size(); ++i) {
    plain.emplace_back(keys[columns.key[i]], columns.step[i], columns.timestamp_ms[i],
                       std::bit_cast<uint64_t>(columns.value[i]), origins[columns.origin[i]]);
  }
  std::ranges::sort(plain);
  return plain;
}

std::vector<Plain> ReadAll(const EncodedSegment& segment) {
  const auto directory = Directory::Parse(segment.directory);
  EXPECT_TRUE(directory.ok()) << directory.status();
  if (!directory.ok()) return {};
  Columns columns;
  for (size_t i = 0; i < directory->blocks().size(); ++i) {
    const BlockEntry& block = directory->blocks()[i];
    const auto bytes = std::string_view(segment.data).substr(block.offset_bytes, block.size_bytes);
    const Status status = directory->ReadBlock(i, bytes, &columns);
    EXPECT_TRUE(status.ok()) << status;
  }
  return Flatten(directory->keys(), directory->origins(), columns);
}

}  // namespace rookery::segment::testing
