#include "libs/segment/value_column.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace rookery::segment {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

size_t BytesOf(const std::vector<double>& values) {
  std::string out;
  AppendValues(values, &out);
  std::vector<double> back(values.size());
  ByteReader reader(out);
  EXPECT_TRUE(ReadValues(&reader, back));
  EXPECT_TRUE(reader.at_end());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(back[i]), std::bit_cast<uint64_t>(values[i])) << values[i];
  }
  return out.size();
}

TEST(ValueColumn, EachKindTakesItsCheapestForm) {
  std::vector<double> constant(512, 0.1);
  std::vector<double> accuracies;
  std::vector<double> floats;
  std::vector<double> doubles;
  std::vector<double> mixed;
  for (int i = 0; i < 512; ++i) {
    accuracies.push_back(i / 1000.0);
    floats.push_back(std::sin(static_cast<float>(i) + 0.5F));
    doubles.push_back(std::sin(i + 0.5));
    mixed.push_back(i % 2 == 0 ? floats.back() : doubles.back());
  }
  EXPECT_EQ(BytesOf(constant), 9);
  EXPECT_LE(BytesOf(accuracies), 10);
  EXPECT_EQ(BytesOf(floats), 1 + 512 * 4);
  EXPECT_EQ(BytesOf(doubles), 1 + 512 * 8);
  EXPECT_EQ(BytesOf(mixed), 1 + 512 / 8 + 256 * 4 + 256 * 8);
}

TEST(ValueColumn, OddOnesKeepTheirBits) {
  BytesOf({std::nan(""), -std::nan("1"), std::bit_cast<double>(0x7ff0000000000001ULL), kInfinity,
           -kInfinity, -0.0, 0.0, 5e-324, 1.7976931348623157e308, 3.5e38, 9007199254740993.0});
  BytesOf({-0.0, -0.0, 0.0});
  BytesOf({1, 2, -0.0});
  BytesOf({1e15, 1e-15, 0.3, 123456.789});
  BytesOf({});
}

TEST(ValueColumn, WhatIsNoColumnIsRefused) {
  std::vector<double> values(2);
  for (const std::string_view bytes :
       {std::string_view(""), std::string_view("\x05"), std::string_view("\x00\x01\x02", 3),
        std::string_view("\x01\x01\x02\x03\x04", 5), std::string_view("\x02\x03", 2),
        std::string_view("\x03\x10", 2), std::string_view("\x04\x00", 2)}) {
    ByteReader reader(bytes);
    EXPECT_FALSE(ReadValues(&reader, values));
  }
}

}  // namespace
}  // namespace rookery::segment
