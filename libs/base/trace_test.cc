#include "libs/base/trace.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace rookery {
namespace {

constexpr char kGood[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceTest, AValidTraceparentIsPassedOn) { EXPECT_EQ(ParseTraceparent(kGood), kGood); }

TEST(TraceTest, LaterVersionsAreReadAsTheFirst) {
  const std::string rest = std::string(kGood).substr(2);
  EXPECT_EQ(ParseTraceparent("01" + rest), kGood);
  EXPECT_EQ(ParseTraceparent("cc" + rest + "-what-comes-later"), kGood);
  EXPECT_EQ(ParseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe"),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
}

TEST(TraceTest, WhatIsNoneIsRefused) {
  const std::string good = kGood;
  for (const std::string& bad : {
           std::string(),
           std::string("00"),
           good.substr(1),
           good.substr(0, 54),
           good + "0",
           good + "-00",
           "ff" + good.substr(2),
           "0g" + good.substr(2),
           "01" + good.substr(2) + "0",
           " " + good,
           good + " ",
           std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
           std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00F067aa0ba902b7-01"),
           std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
           std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
           std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"),
           std::string("00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"),
           std::string("00-4bf92f3577b34da6a3ce929d0e0e473\0-00f067aa0ba902b7-01", 55),
       }) {
    EXPECT_EQ(ParseTraceparent(bad), std::nullopt) << bad;
  }
}

TEST(TraceTest, AnyOneWrongByteIsRefusedOrLeavesAWellFormedOne) {
  std::mt19937 random(7);
  const std::string good = kGood;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    text[random() % text.size()] = static_cast<char>(random() % 256);
    const auto parsed = ParseTraceparent(text);
    if (!parsed) continue;
    EXPECT_EQ(parsed->size(), good.size());
    EXPECT_EQ(ParseTraceparent(*parsed), parsed) << text;
  }
}

TEST(TraceTest, ANewOneIsValidAndAnother) {
  const std::string made = NewTraceparent();
  EXPECT_EQ(ParseTraceparent(made), made);
  EXPECT_NE(TraceId(made), TraceId(NewTraceparent()));
}

TEST(TraceTest, TheTraceIdIsThirtyTwoDigits) {
  EXPECT_EQ(TraceId(kGood), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(TraceId(""), "");
}

}  // namespace
}  // namespace rookery
