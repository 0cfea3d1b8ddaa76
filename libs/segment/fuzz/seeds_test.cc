// Segments that servers wrote, and whatever the fuzzer found: each is read, and none does harm.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "libs/base/testing/status_matchers.h"
#include "libs/segment/fuzz/reading.h"
#include "libs/segment/testing/random_points.h"

namespace rookery::segment::fuzz {
namespace {

TEST(Seeds, NoneDoesHarm) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SEGMENT_SEEDS)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    ASSERT_TRUE(file.good());
    ROOKERY_EXPECT_OK(ReadAnything(bytes.str()));
    ++read;
  }
  EXPECT_GT(read, 10);
}

// The first step of a fuzzer, without one: every byte of a segment turned over, and every end cut.
TEST(Seeds, NeitherDoesASegmentWithOneByteChanged) {
  std::mt19937 random(1);
  for (int i = 0; i < 20; ++i) {
    Points points = testing::RandomPoints(&random, 60);
    const EncodedSegment segment = Encode(&points);
    const std::string joined = Joined(segment.directory, segment.data);
    for (size_t at = 0; at < joined.size(); ++at) {
      std::string changed = joined;
      changed[at] = static_cast<char>(changed[at] + 1 + static_cast<int>(random() % 255));
      ROOKERY_ASSERT_OK(ReadAnything(changed));
      ROOKERY_ASSERT_OK(ReadAnything(joined.substr(0, at)));
    }
  }
}

}  // namespace
}  // namespace rookery::segment::fuzz
