// What no list of examples shows: that random messages survive the way through JSON, and that no
// bytes at all bring the parser down.
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstring>
#include <random>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/transcode/json_parser.h"
#include "libs/transcode/json_printer.h"
#include "libs/transcode/testing/random_message.h"
#include "libs/transcode/testing/transcode_test.pb.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using testing::Everything;
using testing::RandomMessage;

TEST(JsonProperty, RandomMessagesSurvivePrintingAndParsing) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    Everything message;
    RandomMessage(&random, &message);
    const std::string json = PrintJson(message);
    Everything back;
    ROOKERY_ASSERT_OK(ParseJson(json, &back)) << json;
    ASSERT_TRUE(MessageDifferencer::Equals(message, back)) << json;
  }
}

TEST(JsonProperty, ProtobufsOwnJsonReadsWhatIsPrinted) {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    Everything message;
    RandomMessage(&random, &message);
    Everything back;
    const auto status = google::protobuf::util::JsonStringToMessage(PrintJson(message), &back);
    ASSERT_TRUE(status.ok()) << status.ToString();
    ASSERT_TRUE(MessageDifferencer::Equals(message, back)) << PrintJson(message);
  }
}

TEST(JsonProperty, WhatProtobufsOwnJsonPrintsIsRead) {
  std::mt19937 random(3);
  for (int i = 0; i < 1000; ++i) {
    Everything message;
    RandomMessage(&random, &message);
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
    Everything back;
    ROOKERY_ASSERT_OK(ParseJson(json, &back)) << json;
    ASSERT_TRUE(MessageDifferencer::Equals(message, back)) << json;
  }
}

std::string PrintWire(std::string_view wire, Status* status) {
  std::string json;
  *status = AppendJson(*Everything::descriptor(), wire, &json);
  return json;
}

// What is written one behind the other is the format's way to merge messages: fields come twice,
// and in no order.
TEST(JsonProperty, WhatIsInNoOrderPrintsAsProtobufReadsIt) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string wire;
    for (size_t pieces = random() % 4; pieces > 0; --pieces) {
      Everything piece;
      RandomMessage(&random, &piece);
      piece.AppendToString(&wire);
    }
    Everything merged;
    ASSERT_TRUE(merged.ParseFromString(wire));
    Status status;
    const std::string json = PrintWire(wire, &status);
    ROOKERY_ASSERT_OK(status);
    Everything back;
    ROOKERY_ASSERT_OK(ParseJson(json, &back)) << json;
    ASSERT_TRUE(MessageDifferencer::Equals(merged, back)) << json;
  }
}

TEST(JsonProperty, DamagedBytesPrintAsProtobufReadsThemOrAreRefused) {
  std::mt19937 random(8);
  int refused = 0;
  int printed = 0;
  for (int i = 0; i < 20000; ++i) {
    Everything message;
    RandomMessage(&random, &message);
    std::string wire = message.SerializeAsString();
    if (wire.empty()) continue;
    const size_t at = random() % wire.size();
    if (random() % 3 == 0) {
      wire.resize(at);
    } else {
      wire[at] = static_cast<char>(random());
    }
    Status status;
    const std::string json = PrintWire(wire, &status);
    if (!status.ok()) {
      ++refused;
      EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
      EXPECT_EQ(json, "");
      continue;
    }
    Everything read;
    Everything back;
    // Beyond what protobuf refuses, texts that are not UTF-8 are printed as they are, and all
    // entries of a map and all fields of a oneof that are there.
    if (!read.ParseFromString(wire) || !ParseJson(json, &back).ok()) continue;
    read.DiscardUnknownFields();
    EXPECT_TRUE(MessageDifferencer::Equals(read, back)) << json;
    ++printed;
  }
  EXPECT_GT(printed, 1000);
  EXPECT_GT(refused, 1000);
}

// What simdjson's other parser, which checks the whole text first, says of `text`.
simdjson::error_code DomVerdict(const std::string& text) {
  simdjson::dom::parser parser;
  return parser.parse(text).error();
}

// Parses and, where simdjson's DOM parser has an opinion, compares with it.
void ExpectSameVerdictAsDom(const std::string& text) {
  Everything message;
  const Status status = ParseJson(text, &message);
  const bool malformed = status.message().substr(0, 14) == "Malformed JSON";
  // Bodies that are no objects have rules of their own.
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos || text[first] != '{') return;
  switch (DomVerdict(text)) {
    case simdjson::SUCCESS:
      EXPECT_FALSE(malformed) << status.ToString() << "\n" << text;
      break;
    case simdjson::NUMBER_ERROR:
      // Numbers beyond 64 bits are errors there and not here.
      break;
    default:
      EXPECT_FALSE(status.ok()) << text;
  }
}

TEST(JsonProperty, BrokenJsonIsNeverAccepted) {
  std::mt19937 random(4);
  const auto below = [&](size_t limit) { return static_cast<size_t>(random() % limit); };
  constexpr char kAlphabet[] = "{}[]:,\"\\ \n0123456789.-+eEtrufalsn\x01\x80\xC3\xFF";
  for (int i = 0; i < 20000; ++i) {
    Everything message;
    RandomMessage(&random, &message);
    std::string json = PrintJson(message);
    for (size_t edits = 1 + below(3); edits > 0; --edits) {
      const char letter = kAlphabet[below(sizeof kAlphabet)];
      const size_t at = below(json.size());
      switch (below(4)) {
        case 0:
          json[at] = letter;
          break;
        case 1:
          json.insert(at, 1, letter);
          break;
        case 2:
          json.erase(at, 1 + below(8));
          break;
        default:
          json.insert(at, json.substr(below(json.size()), below(16)));
          break;
      }
      if (json.empty()) break;
    }
    ExpectSameVerdictAsDom(json);
  }
}

TEST(JsonProperty, JsonOfRandomTokensIsJudgedAsDomDoes) {
  std::mt19937 random(5);
  constexpr const char* kTokens[] = {
      "{",    "}",     "[",          "]",         ":",           ",",          "\"text\"",    "1",
      "-1.5", "true",  "null",       "\"inner\"", "false",       "\"bigs\"",   " ",           "{}",
      "[]",   "\"x\"", "\"inners\"", "nul",       "\"numbers\"", "\"object\"", "\"anything\""};
  for (int i = 0; i < 50000; ++i) {
    std::string json = "{\"inner\":";
    for (size_t tokens = random() % 24; tokens > 0; --tokens) {
      json += kTokens[random() % std::size(kTokens)];
    }
    if (random() % 2 == 0) json += '}';
    ExpectSameVerdictAsDom(json);
  }
}

TEST(JsonProperty, GarbageBytesAreRefusedOrReadAndNothingElse) {
  std::mt19937 random(6);
  for (int i = 0; i < 50000; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (random() % 2 == 0) bytes.insert(0, "{\"").push_back('}');
    ExpectSameVerdictAsDom(bytes);
  }
}

}  // namespace
}  // namespace rookery::transcode
