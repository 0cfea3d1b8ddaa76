#include "libs/transcode/json_parser.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/transcode/testing/transcode_test.pb.h"

namespace rookery::transcode {
namespace {

using ::testing::ElementsAre;
using testing::Everything;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kSeeDocs[] = " See the API docs for more information about request parameters.";

Everything Parse(std::string_view body) {
  Everything message;
  ROOKERY_EXPECT_OK(ParseJson(body, &message)) << body;
  return message;
}

// What is wrong with the value, without MLflow's frame around it.
std::string Refusal(std::string_view body) {
  Everything message;
  const Status status = ParseJson(body, &message);
  EXPECT_EQ(status.code(), kInvalid) << body;
  return std::string(status.message());
}

std::string WrongTypeText(std::string_view value, std::string_view name, std::string_view type) {
  return fmt::format(
      "Invalid value {} for parameter '{}' supplied:  Hint: Value was of type '{}'.{}", value, name,
      type, kSeeDocs);
}

TEST(JsonParserBody, EmptyBlankAndNullBodiesAreEmptyObjects) {
  for (const char* body :
       {"", " \r\n\t", "null", " null ", "{}", "\xEF\xBB\xBF", "\"\"", "\"null\""}) {
    EXPECT_EQ(Parse(body).ByteSizeLong(), 0u) << body;
  }
}

TEST(JsonParserBody, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(Parse("\xEF\xBB\xBF{\"text\":\"a\"}").text(), "a");
}

TEST(JsonParserBody, AStringMayHoldTheObject) {
  EXPECT_EQ(Parse(R"("{\"text\":\"a \\\" b\"}")").text(), "a \" b");
}

TEST(JsonParserBody, AStringWithinAStringIsRefused) {
  EXPECT_EQ(Refusal(R"("\"{}\"")"), "The request body must be a JSON object.");
}

TEST(JsonParserBody, OtherKindsOfJsonAreRefused) {
  for (const char* body : {"[1]", "[]", "1", "-1.5", "true", "false", "\"[1]\"", "\"7\""}) {
    EXPECT_EQ(Refusal(body), "The request body must be a JSON object.") << body;
  }
}

TEST(JsonParserBody, MalformedJsonIsRefusedWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"{", "Malformed JSON at byte 1: an object or a list that does not end."},
      {"  {bad}", "Malformed JSON at byte 3: unexpected character."},
      {R"({"text":"a",})", "Malformed JSON at byte 12: unexpected character."},
      {R"({"text" "a"})", "Malformed JSON at byte 8: unexpected character."},
      {R"({"text":"a" "flag":true})", "Malformed JSON at byte 12: unexpected character."},
      {R"({"text":})", "Malformed JSON at byte 8: unexpected character."},
      {R"({"text":"a"}})", "Malformed JSON at byte 12: text after the end of the value."},
      {R"({"text":"a"}{})", "Malformed JSON at byte 12: text after the end of the value."},
      {R"({"text":"\q"})", "Malformed JSON at byte 8: a string with an invalid escape."},
      {R"({"text":"\ud800"})", "Malformed JSON at byte 8: a string with an invalid escape."},
      {R"({"text":"abc)", "Malformed JSON at byte 8: a string that does not end."},
      {R"({"big":01})", "Malformed JSON at byte 7: invalid number."},
      {R"({"big":1x})", "Malformed JSON at byte 7: invalid number."},
      {R"({"big":-})", "Malformed JSON at byte 7: invalid number."},
      {R"({"real":1.})", "Malformed JSON at byte 8: invalid number."},
      {R"({"real":1e})", "Malformed JSON at byte 8: invalid number."},
      {R"({"real":NaN})", "Malformed JSON at byte 8: unexpected character."},
      {R"({"flag":tru})", "Malformed JSON at byte 8: unexpected word."},
      {R"({"flag":nul})", "Malformed JSON at byte 8: unexpected word."},
      {R"({"bigs":[1 2]})", "Malformed JSON at byte 11: unexpected character."},
      {R"({"bigs":[1,]})", "Malformed JSON at byte 11: unexpected character."},
      {R"({"bigs":[1})", "Malformed JSON at byte 10: unexpected character."},
      {R"({"inner":{"name":"a"})", "Malformed JSON at byte 21: unexpected character."},
      {"nope", "Malformed JSON at byte 0: expected an object."},
  };
  for (const auto& [body, message] : cases) {
    EXPECT_EQ(Refusal(body), message) << body;
  }
}

TEST(JsonParserBody, InvalidUtf8IsRefusedWithItsPlace) {
  EXPECT_EQ(Refusal("{\"text\":\"\xc3\xa9\xff\"}"), "Malformed JSON at byte 11: not valid UTF-8.");
  EXPECT_EQ(Refusal("{\"text\":\"a\xe2\x82\"}"), "Malformed JSON at byte 10: not valid UTF-8.");
  EXPECT_EQ(Refusal("{\"text\":\"a\nb\"}"),
            "Malformed JSON at byte 10: a control character in a string.");
}

TEST(JsonParserBody, UnknownFieldsAreIgnoredButMustBeJson) {
  EXPECT_EQ(Parse(R"({"x":{"y":[1,{"z":null}],"w":1e999},"text":"a","v":"\n","u":true})").text(),
            "a");
  for (const char* body : {R"({"x":[1 2]})", R"({"x":{"y"}})", R"({"x":tru})", R"({"x":1.2.3})",
                           R"({"x":"\q"})", R"({"x":[})", R"({"x":{"a":1]})"}) {
    EXPECT_THAT(Refusal(body), StartsWith("Malformed JSON")) << body;
  }
}

TEST(JsonParserBody, NestingIsLimited) {
  const auto nested = [](int depth, std::string_view open, std::string_view close) {
    std::string body;
    for (int i = 0; i < depth; ++i) body += open;
    body += "{}";
    for (int i = 0; i < depth; ++i) body += close;
    return body;
  };
  Parse(nested(kMaxJsonDepth - 1, R"({"inner":)", "}"));
  EXPECT_THAT(Refusal(nested(kMaxJsonDepth, R"({"inner":)", "}")),
              HasSubstr("nested deeper than 100"));
  EXPECT_THAT(Refusal(nested(kMaxJsonDepth, R"({"x":)", "}")), HasSubstr("nested deeper than 100"));
  EXPECT_THAT(Refusal("{\"x\":" + nested(1'000'000, "[", "]") + "}"), HasSubstr("nested deeper"));
  EXPECT_THAT(Refusal("{\"text\":" + nested(1'000'000, "[", "]") + "}"),
              HasSubstr("nested deeper"));
  EXPECT_THAT(Refusal("{\"object\":" + nested(1'000'000, R"({"x":)", "}") + "}"),
              HasSubstr("nested deeper"));
}

TEST(JsonParserFields, KeysAreProtoNamesOrCamelCase) {
  EXPECT_EQ(Parse(R"({"plain_text":"a"})").plain_text(), "a");
  EXPECT_EQ(Parse(R"({"plainText":"a"})").plain_text(), "a");
  EXPECT_EQ(Parse(R"({"plain\u005ftext":"a"})").plain_text(), "a");
}

TEST(JsonParserFields, OfRepeatedKeysTheLastWins) {
  const Everything message = Parse(
      R"({"text":"a","bigs":[1],"inner":{"name":"a"},"numbers":{"a":1},"flag":true,
          "text":"b","bigs":[2],"inner":{"count":2},"numbers":{"b":2},"flag":null})");
  EXPECT_EQ(message.text(), "b");
  EXPECT_THAT(message.bigs(), ElementsAre(2));
  EXPECT_FALSE(message.inner().has_name());
  EXPECT_EQ(message.numbers().size(), 1u);
  EXPECT_FALSE(message.has_flag());
}

TEST(JsonParserFields, OfRepeatedMapKeysTheLastWins) {
  const Everything message = Parse(R"({"numbers":{"a":1,"b":2,"a":3}})");
  EXPECT_EQ(message.numbers().size(), 2u);
  EXPECT_EQ(message.numbers().at("a"), 3);
}

TEST(JsonParserFields, NullIsAbsentExceptInLists) {
  EXPECT_EQ(Parse(R"({"text":null,"big":null,"inner":null,"bigs":null,"numbers":null,"at":null})")
                .ByteSizeLong(),
            0u);
  EXPECT_EQ(Refusal(R"({"bigs":[1,null]})"), WrongTypeText("null", "bigs[1]", "NoneType"));
  EXPECT_EQ(Refusal(R"({"inners":[null]})"), WrongTypeText("null", "inners[0]", "NoneType"));
}

TEST(JsonParserFields, EmptyObjectsSetTheirField) {
  EXPECT_TRUE(Parse(R"({"inner":{}})").has_inner());
}

TEST(JsonParserFields, StringsTakeNothingElse) {
  EXPECT_EQ(Refusal(R"({"text":2})"), WrongTypeText("2", "text", "int"));
  EXPECT_EQ(Refusal(R"({"text":2.5})"), WrongTypeText("2.5", "text", "float"));
  EXPECT_EQ(Refusal(R"({"text":true})"), WrongTypeText("true", "text", "bool"));
  EXPECT_EQ(Refusal(R"({"text": [1, 2] })"), WrongTypeText("[1,2]", "text", "list"));
  EXPECT_EQ(Refusal(R"({"text":{"a":1}})"), WrongTypeText("{\"a\":1}", "text", "dict"));
  EXPECT_EQ(Refusal(R"({"inner":{"name":99999999999999999999}})"),
            WrongTypeText("99999999999999999999", "inner.name", "int"));
}

TEST(JsonParserFields, ErrorsNameTheWayToTheValue) {
  EXPECT_EQ(Refusal(R"({"inners":[{"name":"a"},{"inner":{"count":"x"}}]})"),
            WrongTypeText("\"x\"", "inners[1].inner.count", "str"));
  EXPECT_EQ(Refusal(R"({"texts":["a",1]})"), WrongTypeText("1", "texts[1]", "int"));
  EXPECT_EQ(Refusal(R"({"texts":"a"})"), WrongTypeText("\"a\"", "texts", "str"));
  EXPECT_EQ(Refusal(R"({"texts":{}})"), WrongTypeText("{}", "texts", "dict"));
  EXPECT_EQ(Refusal(R"({"inner":[]})"), WrongTypeText("[]", "inner", "list"));
  EXPECT_EQ(Refusal(R"({"inner":"a"})"), WrongTypeText("\"a\"", "inner", "str"));
  EXPECT_EQ(Refusal(R"({"numbers":{"a":"x"}})"), WrongTypeText("\"x\"", "numbers.value", "str"));
  EXPECT_EQ(Refusal(R"({"names":{"x":"a"}})"), WrongTypeText("\"x\"", "names.key", "str"));
  EXPECT_EQ(Refusal(R"({"numbers":[]})"), WrongTypeText("[]", "numbers", "list"));
}

TEST(JsonParserFields, LongValuesAreCutInErrors) {
  const std::string message =
      Refusal("{\"big\":\"" + std::string(199, 'x') + "é" + std::string(100000, 'y') + "\"}");
  EXPECT_LT(message.size(), 500u);
  EXPECT_THAT(message, HasSubstr("x... for parameter 'big'"));
}

TEST(JsonParserNumbers, IntegersTakeNumbersIntegralFloatsAndNumericStrings) {
  EXPECT_EQ(Parse(R"({"big":-5})").big(), -5);
  EXPECT_EQ(Parse(R"({"big":5.0})").big(), 5);
  EXPECT_EQ(Parse(R"({"big":1e3})").big(), 1000);
  EXPECT_EQ(Parse(R"({"big":-0.0})").big(), 0);
  EXPECT_EQ(Parse(R"({"big":"123"})").big(), 123);
  EXPECT_EQ(Parse(R"({"big":"-123"})").big(), -123);
  EXPECT_EQ(Parse(R"({"big":"+123"})").big(), 123);
  EXPECT_EQ(Parse(R"({"big":9223372036854775807})").big(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Parse(R"({"big":-9223372036854775808})").big(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(Parse(R"({"ubig":18446744073709551615})").ubig(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(Parse(R"({"zigzag":-7,"fixed_big":"8"})").zigzag(), -7);
}

TEST(JsonParserNumbers, IntegersRefuseEverythingElse) {
  EXPECT_EQ(Refusal(R"({"big":1.5})"), WrongTypeText("1.5", "big", "float"));
  EXPECT_EQ(Refusal(R"({"big":9223372036854775808})"),
            WrongTypeText("9223372036854775808", "big", "int"));
  EXPECT_EQ(Refusal(R"({"big":-9223372036854775809})"),
            WrongTypeText("-9223372036854775809", "big", "int"));
  EXPECT_EQ(Refusal(R"({"big":1e400})"), WrongTypeText("1e400", "big", "float"));
  EXPECT_EQ(Refusal(R"({"big":9223372036854775808.0})"),
            WrongTypeText("9223372036854775808.0", "big", "float"));
  EXPECT_EQ(Refusal(R"({"small":2147483648})"), WrongTypeText("2147483648", "small", "int"));
  EXPECT_EQ(Refusal(R"({"ubig":-1})"), WrongTypeText("-1", "ubig", "int"));
  EXPECT_EQ(Refusal(R"({"usmall":4294967296})"), WrongTypeText("4294967296", "usmall", "int"));
  EXPECT_EQ(Refusal(R"({"big":true})"), WrongTypeText("true", "big", "bool"));
  for (const char* text : {"", " 1", "1 ", "1.0", "1e3", "0x10", "1_0", "abc", "+", "-", "+-1",
                           "9223372036854775808"}) {
    EXPECT_EQ(Refusal(fmt::format(R"({{"big":"{}"}})", text)),
              WrongTypeText(fmt::format("\"{}\"", text), "big", "str"));
  }
}

TEST(JsonParserNumbers, DoublesTakeNumbersAndTheirTexts) {
  EXPECT_EQ(Parse(R"({"real":1})").real(), 1.0);
  EXPECT_EQ(Parse(R"({"real":0.1})").real(), 0.1);
  EXPECT_EQ(Parse(R"({"real":-1.5e-3})").real(), -1.5e-3);
  EXPECT_EQ(Parse(R"({"real":"1.5"})").real(), 1.5);
  EXPECT_EQ(Parse(R"({"real":" 1.5\t"})").real(), 1.5);
  EXPECT_EQ(Parse(R"({"real":".5"})").real(), 0.5);
  EXPECT_EQ(Parse(R"({"real":1e-400})").real(), 0.0);
  // JavaScript writes 1e20 so.
  EXPECT_EQ(Parse(R"({"real":100000000000000000000})").real(), 1e20);
  EXPECT_EQ(Parse(R"({"single":0.1})").single(), 0.1f);
}

TEST(JsonParserNumbers, DoublesTakeNanAndInfinities) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const char* text : {"NaN", "nan", "NAN", " nan "}) {
    EXPECT_TRUE(std::isnan(Parse(fmt::format(R"({{"real":"{}"}})", text)).real())) << text;
  }
  for (const char* text : {"Infinity", "inf", "INF", "+inf", "1e400", " Infinity "}) {
    EXPECT_EQ(Parse(fmt::format(R"({{"real":"{}"}})", text)).real(), kInfinity) << text;
  }
  EXPECT_EQ(Parse(R"({"real":"-Infinity"})").real(), -kInfinity);
  EXPECT_EQ(Parse(R"({"real":"-1e400"})").real(), -kInfinity);
  EXPECT_EQ(Parse(R"({"real":1e400})").real(), kInfinity);
  EXPECT_EQ(Parse(R"({"single":1e39})").single(), std::numeric_limits<float>::infinity());
}

TEST(JsonParserNumbers, DoublesRefuseEverythingElse) {
  for (const char* text :
       {"", " ", "a", "1,5", "0x10", "1.5 x", "nan(1)", "--1", "1e", "infinit"}) {
    EXPECT_EQ(Refusal(fmt::format(R"({{"real":"{}"}})", text)),
              WrongTypeText(fmt::format("\"{}\"", text), "real", "str"));
  }
  EXPECT_EQ(Refusal(R"({"real":true})"), WrongTypeText("true", "real", "bool"));
  EXPECT_EQ(Refusal(R"({"real":[1]})"), WrongTypeText("[1]", "real", "list"));
}

TEST(JsonParserFields, BoolsTakeTrueAndFalseOnly) {
  EXPECT_TRUE(Parse(R"({"flag":true})").flag());
  EXPECT_TRUE(Parse(R"({"flag":false})").has_flag());
  EXPECT_EQ(Refusal(R"({"flag":"true"})"), WrongTypeText("\"true\"", "flag", "str"));
  EXPECT_EQ(Refusal(R"({"flag":1})"), WrongTypeText("1", "flag", "int"));
}

TEST(JsonParserFields, EnumsTakeNamesAndNumbers) {
  EXPECT_EQ(Parse(R"({"color":"RED"})").color(), testing::RED);
  EXPECT_EQ(Parse(R"({"color":2})").color(), testing::GREEN);
  EXPECT_EQ(Parse(R"({"color":2.0})").color(), testing::GREEN);
  EXPECT_EQ(Parse(R"({"color":"2"})").color(), testing::GREEN);
  EXPECT_THAT(Parse(R"({"colors":["RED",2]})").colors(), ElementsAre(testing::RED, testing::GREEN));
}

TEST(JsonParserFields, UnknownEnumValuesAreRefusedWithTheValidOnes) {
  EXPECT_EQ(Refusal(R"({"color":"red"})"),
            std::string("Invalid value \"red\" for parameter 'color' supplied: Valid values are "
                        "['RED', 'GREEN'].") +
                kSeeDocs);
  EXPECT_THAT(Refusal(R"({"color":99})"), StartsWith("Invalid value 99 for parameter 'color'"));
  EXPECT_THAT(Refusal(R"({"color":""})"), StartsWith("Invalid value \"\" for parameter 'color'"));
  EXPECT_THAT(Refusal(R"({"color":1.5})"), StartsWith("Invalid value 1.5 for parameter 'color'"));
  EXPECT_EQ(Refusal(R"({"color":true})"), WrongTypeText("true", "color", "bool"));
}

TEST(JsonParserFields, BytesTakeBothBase64Alphabets) {
  EXPECT_EQ(Parse(R"({"data":"AP/+"})").data(), std::string("\0\xff\xfe", 3));
  EXPECT_EQ(Parse(R"({"data":"AP_-"})").data(), std::string("\0\xff\xfe", 3));
  EXPECT_EQ(Parse(R"({"data":"YQ"})").data(), "a");
  EXPECT_THAT(Refusal(R"({"data":"*"})"), HasSubstr("It is not base64."));
}

TEST(JsonParserFields, StringsKeepEscapesAndUnicode) {
  EXPECT_EQ(Parse(R"({"text":"\u00e9\ud83d\ude00\n\"\\\/ é"})").text(), "é😀\n\"\\/ é");
  EXPECT_EQ(Parse(R"({"text":"a\u0000b"})").text(), std::string("a\0b", 3));
}

TEST(JsonParserFields, WellKnownTypesTakeProtobufsForm) {
  const Everything message = Parse(
      R"({"at":"1970-01-01T00:00:01Z","within":"1.5s","anything":null,"object":{"a":[1,{"b":null}]} , "text":"t"})");
  EXPECT_EQ(message.at().seconds(), 1);
  EXPECT_EQ(message.within().nanos(), 500000000);
  EXPECT_TRUE(message.anything().has_null_value());
  EXPECT_EQ(message.object().fields().at("a").list_value().values_size(), 2);
  EXPECT_EQ(message.text(), "t");
  EXPECT_EQ(Parse(R"({"anything":[1]})").anything().list_value().values_size(), 1);
  EXPECT_EQ(Parse(R"({"anything":7})").anything().number_value(), 7);
  EXPECT_THAT(Refusal(R"({"at":"yesterday"})"), HasSubstr("It is not a Timestamp."));
  EXPECT_THAT(Refusal(R"({"object":[1]})"), HasSubstr("It is not a Struct."));
}

}  // namespace
}  // namespace rookery::transcode
