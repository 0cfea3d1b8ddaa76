#include "libs/segment/integer_column.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace rookery::segment {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kGreatest = std::numeric_limits<int64_t>::max();

size_t BytesOf(const std::vector<int64_t>& values) {
  std::string out;
  AppendIntegers(values, &out);
  std::vector<int64_t> back(values.size());
  ByteReader reader(out);
  EXPECT_TRUE(ReadIntegers(&reader, back));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(back, values);
  return out.size();
}

TEST(IntegerColumn, RegularOnesTakeAFewBytesHoweverManyTheyAre) {
  std::vector<int64_t> steps;
  for (int64_t i = 0; i < 512; ++i) steps.push_back(1'000'000 + 10 * i);
  EXPECT_LE(BytesOf(steps), 8);
  EXPECT_LE(BytesOf(std::vector<int64_t>(512, -3)), 3);
}

TEST(IntegerColumn, ExtremesComeBack) {
  BytesOf({});
  BytesOf({kLeast});
  BytesOf({kGreatest, kLeast, 0, -1, kGreatest, kGreatest, kLeast});
  BytesOf({kLeast, kGreatest});
}

TEST(IntegerColumn, WhatIsNoColumnIsRefused) {
  std::vector<int64_t> values(3);
  for (const std::string_view bytes :
       {std::string_view(""), std::string_view("\x40"), std::string_view("\x7f\x00", 2),
        std::string_view("\x08\x00\x01\x02", 4),
        std::string_view("\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12)}) {
    ByteReader reader(bytes);
    EXPECT_FALSE(ReadIntegers(&reader, values));
  }
}

}  // namespace
}  // namespace rookery::segment
