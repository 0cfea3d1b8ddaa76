#include "services/gateway/azure/blob_urls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::gateway {
namespace {

using ::rookery::testing::StatusIs;

http::RequestHead RequestTo(const std::string& host) {
  http::RequestHead head;
  head.headers.Add("Host", host);
  return head;
}

std::string BaseOf(const BlobUrls::Options& options) {
  return *BlobUrls::Create(options)->BaseFor(RequestTo("gateway.example:5000"));
}

TEST(BlobUrls, LeadToThePathOfThisServerUnderTheNameThatTheClientCalledItBy) {
  EXPECT_EQ(BaseOf({.https = true, .served_here = true}),
            "https://gateway.example:5000/store/rookery.blob.core.windows.net");
  EXPECT_EQ(BaseOf({.served_here = true}),
            "http://gateway.example:5000/store/rookery.blob.core.windows.net");
}

TEST(BlobUrls, LeadToWhatTheOperatorNamed) {
  EXPECT_EQ(BaseOf({.base = "https://acct.blob.example/", .served_here = true}),
            "https://acct.blob.example");
  EXPECT_EQ(BaseOf({.base = "https://a:1/store/b.blob.c"}), "https://a:1/store/b.blob.c");
}

TEST(BlobUrls, ABaseMaySpeakOfTheNameThatTheClientCalledItBy) {
  EXPECT_EQ(BaseOf({.base = "https://acct.blob.{host}"}), "https://acct.blob.gateway.example:5000");
}

TEST(BlobUrls, AreNotMadeWhereNobodyKnowsTheDataPlane) {
  EXPECT_THAT(BlobUrls::Create({})->BaseFor(RequestTo("a")),
              StatusIs(absl::StatusCode::kUnavailable, ::testing::HasSubstr("--blob-url")));
}

TEST(BlobUrls, ABaseIsAUrlWithoutQuery) {
  for (const char* base : {"acct.blob.example", "ftp://a", "https://a?b", "https://a#b", "x y"}) {
    EXPECT_THAT(BlobUrls::Create({.base = base}), StatusIs(absl::StatusCode::kInvalidArgument))
        << base;
  }
}

TEST(BlobUrls, AreJoinedFromTheirParts) {
  EXPECT_EQ(BlobUrls::Join("https://a", "default/x%20y", "sv=1&sig=2"),
            "https://a/default/x%20y?sv=1&sig=2");
}

}  // namespace
}  // namespace rookery::gateway
