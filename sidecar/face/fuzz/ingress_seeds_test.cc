// Requests of MLflow's clients, and whatever the fuzzer found: each is read, and none does harm.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/face/fuzz/reading.h"

namespace rookery::sidecar::fuzz {
namespace {

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(INGRESS_SEEDS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    seeds.push_back(bytes.str());
  }
  return seeds;
}

TEST(IngressSeeds, NoneDoesHarm) {
  const auto seeds = Seeds();
  EXPECT_GT(seeds.size(), 5U);
  for (const std::string& seed : seeds) {
    SCOPED_TRACE(seed);
    ROOKERY_EXPECT_OK(ReadAnything(seed));
  }
}

// The first step of a fuzzer, without one: every byte another, every end cut, every place to come
// in two pieces.
TEST(IngressSeeds, NeitherDoesOneWithAByteChanged) {
  std::mt19937 random(1);
  for (const std::string& seed : Seeds()) {
    SCOPED_TRACE(seed);
    for (size_t at = 0; at < seed.size(); ++at) {
      std::string changed = seed;
      changed[at] = static_cast<char>(changed[at] + 1 + static_cast<int>(random() % 255));
      ROOKERY_ASSERT_OK(ReadAnything(changed)) << changed;
      ROOKERY_ASSERT_OK(ReadAnything(seed.substr(0, at)));
      changed = seed;
      changed[0] = static_cast<char>(random());
      ROOKERY_ASSERT_OK(ReadAnything(changed));
    }
  }
}

}  // namespace
}  // namespace rookery::sidecar::fuzz
