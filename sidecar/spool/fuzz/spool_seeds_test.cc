// Spools with what the fuzzer found, or begins with, in them: each opens, and none tells anything
// twice.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/fuzz/reading.h"

namespace rookery::spool::fuzz {
namespace {

TEST(SpoolSeeds, NoneDoesHarm) {
  int read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SPOOL_SEEDS)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    ASSERT_TRUE(file.good());
    ROOKERY_EXPECT_OK(ReadAnything(bytes.str()));
    ++read;
  }
  EXPECT_GT(read, 5);
}

// What a fuzzer that knows the format would do first: odd numbers in every field, with checksums
// that fit.
TEST(SpoolSeeds, NeitherDoesAnOddNumberAnywhere) {
  for (const bool first : {false, true}) {
    const auto replaces = static_cast<char>(kHead | (first ? kOfFirst : 0));
    const std::string text = AsText(replaces, UndamagedSegment(first));
    for (size_t at = 1; at < text.size(); ++at) {
      // Between the head's fields and the first record there are zeros.
      if (at > 300 && at < 4000) continue;
      SCOPED_TRACE(at);
      for (const char odd : {'\x01', '\xff'}) {
        std::string changed = text;
        changed[at] = odd;
        ROOKERY_ASSERT_OK(ReadAnything(changed));
      }
    }
  }
}

}  // namespace
}  // namespace rookery::spool::fuzz
