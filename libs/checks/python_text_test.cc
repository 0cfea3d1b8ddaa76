#include "libs/checks/python_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace rookery {
namespace {

using namespace std::string_view_literals;

TEST(PythonTextTest, TextIsQuotedAndEscapedAsReprDoes) {
  EXPECT_EQ(PythonRepr("a"sv), "'a'");
  EXPECT_EQ(PythonRepr("it's"sv), "\"it's\"");
  EXPECT_EQ(PythonRepr("say \"x\""sv), "'say \"x\"'");
  EXPECT_EQ(PythonRepr("'\""sv), R"('\'"')");
  EXPECT_EQ(PythonRepr("\\\n\r\t\x01\x7f"sv), R"('\\\n\r\t\x01\x7f')");
  EXPECT_EQ(PythonRepr("ü😀"sv), "'ü😀'");
}

TEST(PythonTextTest, NumbersAlwaysLookLikeFloats) {
  EXPECT_EQ(PythonRepr(1.0), "1.0");
  EXPECT_EQ(PythonRepr(-0.0), "-0.0");
  EXPECT_EQ(PythonRepr(0.1), "0.1");
  EXPECT_EQ(PythonRepr(1.5e-7), "1.5e-07");
  EXPECT_EQ(PythonRepr(1e15), "1000000000000000.0");
  EXPECT_EQ(PythonRepr(1e16), "1e+16");
  EXPECT_EQ(PythonRepr(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(PythonRepr(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(PythonTextTest, BytesBeyondAsciiAreEscaped) {
  EXPECT_EQ(PythonBytes("a\xff"sv), R"(b'a\xff')");
  EXPECT_EQ(PythonBytes("it's"sv), "b\"it's\"");
}

}  // namespace
}  // namespace rookery
