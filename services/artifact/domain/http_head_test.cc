#include "services/artifact/domain/http_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "libs/base/testing/status_matchers.h"
#include "services/artifact/domain/content_disposition.h"
#include "services/artifact/domain/content_type.h"

namespace rookery::artifact {
namespace {

using ::rookery::testing::StatusIs;

struct RangeCase {
  std::string header;
  int64_t first;
  int64_t length;
  bool is_part;
};

class RangeOfTenBytes : public ::testing::TestWithParam<RangeCase> {};

TEST_P(RangeOfTenBytes, Selects) {
  const auto range = SelectRange(GetParam().header, 10);
  ASSERT_THAT(range, rookery::testing::IsOk()) << GetParam().header;
  EXPECT_EQ(range->first, GetParam().first) << GetParam().header;
  EXPECT_EQ(range->length, GetParam().length) << GetParam().header;
  EXPECT_EQ(range->is_part, GetParam().is_part) << GetParam().header;
}

INSTANTIATE_TEST_SUITE_P(
    ByteRange, RangeOfTenBytes,
    ::testing::Values(RangeCase{"bytes=0-3", 0, 4, true}, RangeCase{"bytes=9-9", 9, 1, true},
                      RangeCase{"bytes=4-", 4, 6, true}, RangeCase{"bytes=4-1000", 4, 6, true},
                      RangeCase{"bytes=-3", 7, 3, true}, RangeCase{"bytes=-1000", 0, 10, true},
                      RangeCase{"bytes=4-99999999999999999999", 4, 6, true},
                      RangeCase{" Bytes= 0-3 ", 0, 4, true}, RangeCase{"", 0, 10, false},
                      RangeCase{"bytes", 0, 10, false}, RangeCase{"bytes=", 0, 10, false},
                      RangeCase{"bytes=-", 0, 10, false}, RangeCase{"bytes=3", 0, 10, false},
                      RangeCase{"bytes=5-3", 0, 10, false}, RangeCase{"bytes=a-b", 0, 10, false},
                      RangeCase{"bytes=0-1,3-4", 0, 10, false},
                      RangeCase{"bytes=--1", 0, 10, false}, RangeCase{"bytes=+1-3", 0, 10, false},
                      RangeCase{"bytes=1-3-5", 0, 10, false},
                      RangeCase{"items=0-3", 0, 10, false}));

TEST(ByteRangeTest, ARangeThatBeginsAfterTheLastByteIsOutOfRange) {
  for (const char* header :
       {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"}) {
    EXPECT_THAT(SelectRange(header, 10), StatusIs(absl::StatusCode::kOutOfRange)) << header;
  }
  EXPECT_THAT(SelectRange("bytes=0-", 0), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(ByteRangeTest, TheEndOfAnEmptyFileIsTheWholeFile) {
  EXPECT_FALSE(SelectRange("bytes=-5", 0)->is_part);
}

TEST(ContentTypeTest, FollowsMlflow) {
  const std::pair<const char*, const char*> cases[] = {
      {"a.txt", "text/plain"},
      {"a.json", "text/plain"},
      {"MLmodel", "text/plain"},
      {"MLproject", "application/octet-stream"},
      {"a.yaml", "text/plain"},
      {"a.b.ipynb", "text/plain"},
      {"json", "text/plain"},
      {"a.html", "text/html"},
      {"a.png", "image/png"},
      {"A.PNG", "image/png"},
      {"A.TXT", "text/plain"},
      {"a.svg", "image/svg+xml"},
      {"a.csv.gz", "text/csv"},
      {"a.tgz", "application/x-tar"},
      {"a.tar.gz", "application/x-tar"},
      {"a.pkl", "application/octet-stream"},
      {"a.gz", "application/octet-stream"},
      {".json", "application/octet-stream"},
      {"a.", "application/octet-stream"},
      {"...", "application/octet-stream"},
      {"a", "application/octet-stream"},
  };
  for (const auto& [name, type] : cases) EXPECT_EQ(ContentType(name), type) << name;
}

TEST(ContentDispositionTest, WritesPlainNamesAsTheyAre) {
  EXPECT_EQ(ContentDisposition("model.pkl"), "attachment; filename=model.pkl");
  EXPECT_EQ(ContentDisposition("a%b+c.png"), "attachment; filename=a%b+c.png");
}

TEST(ContentDispositionTest, QuotesOddNames) {
  EXPECT_EQ(ContentDisposition("a b.txt"), "attachment; filename=\"a b.txt\"");
  EXPECT_EQ(ContentDisposition("a\"; x=\"y"), "attachment; filename=\"a\\\"; x=\\\"y\"");
}

TEST(ContentDispositionTest, EncodesWhatIsNotAscii) {
  EXPECT_EQ(ContentDisposition("\xc3\xbc.txt"),
            "attachment; filename=_.txt; filename*=UTF-8''%C3%BC.txt");
}

TEST(ContentDispositionTest, ALineBreakInANameStartsNoHeader) {
  EXPECT_EQ(ContentDisposition("a\r\nSet-Cookie: x"),
            "attachment; filename=\"a__Set-Cookie: x\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x");
}

std::map<std::string, std::string> AsMap(const std::vector<HttpFact>& head) {
  std::map<std::string, std::string> map;
  for (const auto& [name, value] : head) map[name] = value;
  return map;
}

BlobInfo TenBytes() { return {10, absl::FromUnixSeconds(1'700'000'000), "a-b"}; }

TEST(HttpHeadTest, DescribesAWholeFile) {
  EXPECT_EQ(AsMap(HttpHead("a.html", TenBytes(), {0, 10, false})),
            (std::map<std::string, std::string>{
                {"status", "200"},
                {"content-length", "10"},
                {"content-type", "text/html"},
                {"content-disposition", "attachment; filename=a.html"},
                {"accept-ranges", "bytes"},
                {"cache-control", "no-cache"},
                {"last-modified", "Tue, 14 Nov 2023 22:13:20 GMT"},
                {"etag", "\"a-b\""},
            }));
}

TEST(HttpHeadTest, DescribesAPart) {
  auto head = AsMap(HttpHead("a", TenBytes(), {2, 3, true}));
  EXPECT_EQ(head["status"], "206");
  EXPECT_EQ(head["content-length"], "3");
  EXPECT_EQ(head["content-range"], "bytes 2-4/10");
}

TEST(HttpHeadTest, TellsTheSizeWhenTheRangeIsOutside) {
  auto head = AsMap(HttpHeadOutOfRange(TenBytes()));
  EXPECT_EQ(head["status"], "416");
  EXPECT_EQ(head["content-range"], "bytes */10");
}

}  // namespace
}  // namespace rookery::artifact
