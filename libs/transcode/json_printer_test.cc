#include "libs/transcode/json_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libs/transcode/json_text.h"
#include "libs/transcode/testing/transcode_test.pb.h"

namespace rookery::transcode {
namespace {

using testing::Everything;
using testing::Inner;

std::string Double(double value) {
  std::string out;
  AppendJsonDouble(value, &out);
  return out;
}

TEST(JsonPrinter, AnEmptyMessageIsAnEmptyObject) { EXPECT_EQ(PrintJson(Everything()), "{}"); }

TEST(JsonPrinter, SetFieldsPrintEvenWhenZero) {
  Everything message;
  message.set_text("");
  message.set_big(0);
  message.set_flag(false);
  message.set_color(testing::COLOR_UNSPECIFIED);
  message.mutable_inner();
  EXPECT_EQ(PrintJson(message),
            R"({"text":"","big":0,"flag":false,"color":"COLOR_UNSPECIFIED","inner":{}})");
}

TEST(JsonPrinter, FieldsWithoutPresencePrintOnlyWhenNotDefault) {
  Everything message;
  message.set_plain_big(0);
  message.set_plain_text("");
  EXPECT_EQ(PrintJson(message), "{}");
  message.set_plain_big(1);
  message.set_plain_flag(true);
  EXPECT_EQ(PrintJson(message), R"({"plain_big":1,"plain_flag":true})");
}

TEST(JsonPrinter, SixtyFourBitIntegersAreNumbers) {
  Everything message;
  message.set_big(std::numeric_limits<int64_t>::min());
  message.set_ubig(std::numeric_limits<uint64_t>::max());
  message.set_fixed_big(9007199254740993);
  (*message.mutable_numbers())["k"] = 9007199254740993;
  EXPECT_EQ(
      PrintJson(message),
      R"({"big":-9223372036854775808,"ubig":18446744073709551615,"numbers":{"k":9007199254740993},)"
      R"("fixed_big":9007199254740993})");
}

TEST(JsonPrinter, MapKeysAreAlwaysStrings) {
  Everything message;
  (*message.mutable_names())[-3] = "x";
  (*message.mutable_switches())[true].set_name("n");
  EXPECT_EQ(PrintJson(message), R"({"names":{"-3":"x"},"switches":{"true":{"name":"n"}}})");
}

TEST(JsonPrinter, ListsPrintInOrder) {
  Everything message;
  message.add_bigs(2);
  message.add_bigs(1);
  message.add_inners()->set_name("a");
  message.add_inners();
  message.add_colors(testing::RED);
  EXPECT_EQ(PrintJson(message), R"({"bigs":[2,1],"colors":["RED"],"inners":[{"name":"a"},{}]})");
}

TEST(JsonPrinter, UnknownEnumNumbersPrintAsNumbers) {
  Everything message;
  message.set_color(static_cast<testing::Color>(77));
  EXPECT_EQ(PrintJson(message), R"({"color":77})");
}

TEST(JsonPrinter, BytesAreBase64) {
  Everything message;
  message.set_data(std::string("\0\xff\xfe", 3));
  EXPECT_EQ(PrintJson(message), R"({"data":"AP/+"})");
}

TEST(JsonPrinter, StringsAreEscapedAndUtf8PassesThrough) {
  Everything message;
  message.set_text(std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f\0é😀", 18));
  EXPECT_EQ(PrintJson(message),
            "{\"text\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000é😀\"}");
}

TEST(JsonPrinter, DoublesAreLaidOutAsPythonDoes) {
  EXPECT_EQ(Double(0.0), "0.0");
  EXPECT_EQ(Double(-0.0), "-0.0");
  EXPECT_EQ(Double(1.0), "1.0");
  EXPECT_EQ(Double(100000.0), "100000.0");
  EXPECT_EQ(Double(0.1), "0.1");
  EXPECT_EQ(Double(-2.5), "-2.5");
  EXPECT_EQ(Double(0.0001), "0.0001");
  EXPECT_EQ(Double(0.00001), "1e-05");
  EXPECT_EQ(Double(123456789012345680.0), "1.2345678901234568e+17");
  EXPECT_EQ(Double(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(Double(1e16), "1e+16");
  EXPECT_EQ(Double(5e-324), "5e-324");
  EXPECT_EQ(Double(1e22), "1e+22");
}

TEST(JsonPrinter, NanIsAStringAndInfinitiesAreTheLargestDoubles) {
  EXPECT_EQ(Double(std::nan("")), "\"NaN\"");
  EXPECT_EQ(Double(std::numeric_limits<double>::infinity()), "1.7976931348623157e+308");
  EXPECT_EQ(Double(-std::numeric_limits<double>::infinity()), "-1.7976931348623157e+308");
}

TEST(JsonPrinter, FloatsPrintTheirOwnShortestDigits) {
  Everything message;
  message.set_single(0.1f);
  EXPECT_EQ(PrintJson(message), R"({"single":0.1})");
}

TEST(JsonPrinter, WellKnownTypesTakeProtobufsForm) {
  Everything message;
  message.mutable_at()->set_seconds(1);
  message.mutable_within()->set_seconds(2);
  (*message.mutable_object()->mutable_fields())["a"].set_bool_value(true);
  message.mutable_anything()->set_null_value(google::protobuf::NULL_VALUE);
  EXPECT_EQ(PrintJson(message),
            R"({"at":"1970-01-01T00:00:01Z","within":"2s","anything":null,"object":{"a":true}})");
}

TEST(JsonPrinter, AppendsToWhatIsThere) {
  std::string out = "x";
  AppendJson(Inner(), &out);
  EXPECT_EQ(out, "x{}");
}

}  // namespace
}  // namespace rookery::transcode
