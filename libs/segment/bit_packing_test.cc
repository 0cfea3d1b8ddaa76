#include "libs/segment/bit_packing.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace rookery::segment {
namespace {

TEST(BitPacking, EveryWidthAndLengthComesBack) {
  std::mt19937_64 random(1);
  for (int width = 0; width <= 64; ++width) {
    for (size_t count = 0; count < 70; ++count) {
      std::vector<uint64_t> values(count);
      for (uint64_t& value : values) value = width == 0 ? 0 : random() >> (64 - width);
      std::string packed = "before";
      Pack(values, width, &packed);
      ASSERT_EQ(packed.size(), 6 + PackedBytes(count, width));
      std::vector<uint64_t> back(count, 77);
      Unpack(std::string_view(packed).substr(6), width, back);
      ASSERT_EQ(back, values) << width << " bits, " << count << " values";
    }
  }
}

TEST(BitPacking, TheFirstValueHasTheLowestBits) {
  std::string packed;
  Pack(std::vector<uint64_t>{1, 2, 3}, 4, &packed);
  EXPECT_EQ(packed, "\x21\x03");
}

}  // namespace
}  // namespace rookery::segment
