#include "libs/loopback_cloud/token_request.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::loopback_cloud {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;

http::RequestHead Head(std::string method, std::string query, http::Headers headers,
                       const std::string& host = "127.0.0.1:9442") {
  http::RequestHead head;
  head.method = std::move(method);
  head.query = std::move(query);
  head.headers = std::move(headers);
  head.headers.Add("Host", host);
  return head;
}

constexpr char kResource[] = "https://rookery.example:5443/";
constexpr char kField[] = "resource=https%3A%2F%2Frookery.example%3A5443%2F";

TEST(TokenRequestTest, EachShapeNamesItsResource) {
  const std::string field = kField;
  EXPECT_EQ(*RequestedResource(Head("POST", "", {{"Metadata", "true"}}), field), kResource);
  EXPECT_EQ(*RequestedResource(Head("POST", "", {{"metadata", "True"}}), "client_id=1&" + field),
            kResource);
  EXPECT_EQ(*RequestedResource(
                Head("GET", "api-version=2019-08-01&" + field, {{"X-IDENTITY-HEADER", "s"}}), ""),
            kResource);
  EXPECT_EQ(
      *RequestedResource(Head("GET", field + "&api-version=2017-09-01", {{"secret", "s"}}), ""),
      kResource);
}

TEST(TokenRequestTest, WithoutTheHeaderThatNoWebPageCanSendItIsRefused) {
  for (const auto& [head, missing] : {
           std::pair(Head("POST", "", {}), "Metadata"),
           std::pair(Head("POST", "", {{"Metadata", "false"}}), "Metadata"),
           std::pair(Head("GET", "api-version=2019-08-01&resource=a", {{"secret", "s"}}),
                     "X-IDENTITY-HEADER"),
           std::pair(Head("GET", "api-version=2019-08-01&resource=a", {{"X-IDENTITY-HEADER", ""}}),
                     "X-IDENTITY-HEADER"),
           std::pair(Head("GET", "api-version=2017-09-01&resource=a", {{"Metadata", "true"}}),
                     "secret"),
       }) {
    EXPECT_THAT(RequestedResource(head, "resource=a"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(missing)));
  }
}

TEST(TokenRequestTest, AnotherVersionOrNoneIsRefused) {
  for (const char* query : {"resource=a", "api-version=2018-02-01&resource=a", ""}) {
    EXPECT_THAT(
        RequestedResource(Head("GET", query, {{"X-IDENTITY-HEADER", "s"}, {"secret", "s"}}), ""),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("api-version")));
  }
}

TEST(TokenRequestTest, AMissingOrBrokenResourceIsRefused) {
  for (const char* body : {"", "resource=", "resource", "other=a", "&&=&", "resource=%zz",
                           "resource=%ff", "{\"resource\":\"a\"}"}) {
    EXPECT_THAT(RequestedResource(Head("POST", "", {{"Metadata", "true"}}), body),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << body;
  }
}

TEST(TokenRequestTest, OnlyTheLoopbacksOwnNamesAreTaken) {
  const http::Headers headers = {{"Metadata", "true"}};
  for (const char* host :
       {"127.0.0.1", "127.0.0.1:1", "localhost:9442", "LOCALHOST", "[::1]:80", "[::1]"}) {
    ROOKERY_EXPECT_OK(RequestedResource(Head("POST", "", headers, host), kField)) << host;
  }
  for (const char* host : {"", "evil.example:9442", "127.0.0.1.evil.example", "localhost.evil", ":",
                           "[::1", "10.0.0.1:9442"}) {
    EXPECT_THAT(RequestedResource(Head("POST", "", headers, host), kField),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("loopback")))
        << host;
  }
}

}  // namespace
}  // namespace rookery::loopback_cloud
