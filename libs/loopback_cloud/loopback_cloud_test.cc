#include "libs/loopback_cloud/loopback_cloud.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/http/testing/test_server.h"
#include "libs/loopback_cloud/testing/fake_token_source.h"
#include "libs/loopback_cloud/token_request.h"

namespace rookery::loopback_cloud {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

class LoopbackCloudTest : public http::testing::ServerTest {
 protected:
  LoopbackCloudTest() {
    source_.immediate = AccessToken("header.claims.signature", clock_.Now() + absl::Hours(1));
    cloud_.AddDocument("/keys", R"({"keys":[]})");
    Serve([this](http::Exchange& exchange) { return cloud_.Handle(exchange); });
  }

  http::testing::ReceivedResponse Ask(const std::string& request, const std::string& headers = "",
                                      const std::string& body = "") {
    return *Connect().Roundtrip(request + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body);
  }

  http::testing::ReceivedResponse Post(const std::string& resource) {
    return Ask("POST /msi", "Metadata: true\r\n", "resource=" + resource);
  }

  FakeClock clock_;
  testing::FakeTokenSource source_;
  LoopbackCloud cloud_{
      {.name = "Rookery", .gateway = "gw.example:5443", .storage_suffix = "gw.example:5443"},
      source_,
      clock_};
};

TEST_F(LoopbackCloudTest, TheMetadataNameTheGatewayInEveryPlace) {
  const auto response = Ask("GET /metadata/endpoints?api-version=2019-05-01");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.headers.Find("Content-Type"), Optional(Eq("application/json")));
  EXPECT_EQ(
      response.body,
      R"([{"name":"Rookery","portal":"https://gw.example:5443",)"
      R"("resourceManager":"https://gw.example:5443/","authentication":{)"
      R"("loginEndpoint":"https://login.microsoftonline.com",)"
      R"("audiences":["https://gw.example:5443/"]},"suffixes":{"storage":"gw.example:5443"}}])");
}

TEST_F(LoopbackCloudTest, ATokenIsGivenInAzuresFormAndTheResourceRepeated) {
  const auto response = Post("https%3A%2F%2Fgw.example%3A5443%2F");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"access_token":"header.claims.signature","expires_on":"1700003600",)"
            R"("expires_in":"3600","resource":"https://gw.example:5443/","token_type":"Bearer"})");
  EXPECT_THAT(response.headers.Find("Cache-Control"), Optional(Eq("no-store")));
}

TEST_F(LoopbackCloudTest, WithAndWithoutASlashItIsTheSameTokenFromMemory) {
  EXPECT_EQ(Post("https://gw.example:5443/").status, 200);
  clock_.Advance(absl::Minutes(10));
  EXPECT_THAT(Post("https://gw.example:5443").body, HasSubstr(R"("expires_in":"3000")"));
  EXPECT_EQ(Ask("GET /msi?api-version=2019-08-01&resource=https://gw.example:5443",
                "X-IDENTITY-HEADER: s\r\n")
                .status,
            200);
  EXPECT_THAT(source_.audiences, ElementsAre("https://gw.example:5443"));
}

TEST_F(LoopbackCloudTest, ATokenForAnythingElseIsRefused) {
  for (const char* resource :
       {"https://management.azure.com/", "https://gw.example", "http://gw.example:5443",
        "https://gw.example:5443//", "https://gw.example:5443.evil.example"}) {
    const auto response = Post(resource);
    EXPECT_EQ(response.status, 400) << resource;
    EXPECT_THAT(response.body, HasSubstr(R"("error":"invalid_request")"));
    EXPECT_THAT(response.body, HasSubstr("AZUREML_CURRENT_CLOUD=Rookery"));
  }
  EXPECT_THAT(source_.audiences, IsEmpty());
}

TEST_F(LoopbackCloudTest, ASourceThatIsDownIsToBeTriedAgain) {
  source_.immediate = absl::UnavailableError("nobody there");
  const auto response = Post("https://gw.example:5443");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body,
            R"({"error":"temporarily_unavailable","error_description":"nobody there"})");
  source_.immediate = absl::PermissionDeniedError("no");
  EXPECT_EQ(Post("https://gw.example:5443").status, 500);
}

TEST_F(LoopbackCloudTest, ALongBodyIsRefused) {
  EXPECT_EQ(Post(std::string(kMaxTokenRequestBytes, 'a')).status, 400);
}

TEST_F(LoopbackCloudTest, DocumentsAreServedAndNothingElse) {
  EXPECT_EQ(Ask("GET /keys").body, R"({"keys":[]})");
  for (const char* request : {"POST /keys", "POST /metadata/endpoints", "GET /", "PUT /msi",
                              "DELETE /msi", "GET /msi/", "GET /keys/x"}) {
    EXPECT_EQ(Ask(request).status, 404) << request;
  }
  EXPECT_TRUE(cloud_.Serves(kTokenPath));
  EXPECT_TRUE(cloud_.Serves(kMetadataPath));
  EXPECT_TRUE(cloud_.Serves("/keys"));
  EXPECT_FALSE(cloud_.Serves("/msi/"));
}

}  // namespace
}  // namespace rookery::loopback_cloud
