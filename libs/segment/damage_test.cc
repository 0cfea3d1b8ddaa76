// Bytes that are not as they were written: DATA_LOSS, never a crash, and the rest stays readable.
#include <gtest/gtest.h>

#include <random>

#include "libs/base/testing/status_matchers.h"
#include "libs/segment/block.h"
#include "libs/segment/checksum.h"
#include "libs/segment/testing/random_points.h"

namespace rookery::segment {
namespace {

using testing::RandomPoints;

std::string Damage(std::string bytes, std::mt19937* random) {
  const auto below = [&](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(*random);
  };
  if (bytes.empty()) return "x";
  switch (below(4)) {
    case 0:
      bytes.resize(below(bytes.size()));
      break;
    case 1:
      bytes.append(1 + below(9), static_cast<char>(below(256)));
      break;
    case 2: {
      char& byte = bytes[below(bytes.size())];
      byte = static_cast<char>(byte ^ static_cast<char>(1 + below(255)));
      break;
    }
    default:
      for (size_t i = 1 + below(8); i > 0; --i)
        bytes[below(bytes.size())] = static_cast<char>(below(256));
  }
  return bytes;
}

TEST(Damage, ADamagedDirectoryIsDataLoss) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    Points points = RandomPoints(&random, 600);
    const std::string good = Encode(&points).directory;
    const std::string bad = Damage(good, &random);
    if (bad == good) continue;
    ASSERT_EQ(Directory::Parse(bad).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(Damage, ADamagedBlockLeavesTheOthersReadable) {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    Points points = RandomPoints(&random, 2000);
    const EncodedSegment segment = Encode(&points);
    const auto directory = Directory::Parse(segment.directory);
    ROOKERY_ASSERT_OK(directory.status());
    const size_t hit = random() % directory->blocks().size();
    for (size_t block = 0; block < directory->blocks().size(); ++block) {
      const BlockEntry& entry = directory->blocks()[block];
      std::string bytes = segment.data.substr(entry.offset_bytes, entry.size_bytes);
      const std::string good = bytes;
      if (block == hit) bytes = Damage(bytes, &random);
      Columns columns;
      const Status status = directory->ReadBlock(block, bytes, &columns);
      ASSERT_EQ(status.ok(), bytes == good);
      if (status.ok()) continue;
      ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss);
      ASSERT_EQ(columns.size(), 0);
    }
  }
}

// A checksum keeps chance out, not malice: the decoder itself must stand any bytes.
TEST(Damage, TheDecoderStandsAnyBytes) {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    Points points = RandomPoints(&random, 40);
    Sort(&points);
    const size_t size = points.columns.size();
    const BlockInfo info{static_cast<uint32_t>(size), points.columns.key.front(),
                         points.columns.key.back()};
    Columns columns;
    (void)DecodeBlock(Damage(EncodeBlock(points.columns, 0, size), &random), info, &columns);
  }
}

TEST(Damage, ADirectoryWhoseChecksumFitsIsStillChecked) {
  std::mt19937 random(4);
  for (int i = 0; i < 20000; ++i) {
    Points points = RandomPoints(&random, 600);
    std::string bytes = Encode(&points).directory;
    bytes.resize(bytes.size() - 4);
    bytes = Damage(bytes, &random);
    AppendCrc32(&bytes);
    const auto directory = Directory::Parse(bytes);
    if (!directory.ok()) continue;
    uint64_t counted = 0;
    for (const BlockEntry& block : directory->blocks()) {
      counted += block.points;
      ASSERT_LT(block.last_key, directory->keys().size());
    }
    ASSERT_EQ(counted, directory->points());
  }
}

}  // namespace
}  // namespace rookery::segment
