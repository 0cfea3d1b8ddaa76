#include "services/gateway/gateway.h"

#include <gmock/gmock.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "services/gateway/testing/gateway_test.h"

namespace rookery::gateway {
namespace {

using namespace testing;  // NOLINT: the words of gateway_test.h
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST_F(GatewayTest, HealthVersionAndServerInfoAreItsOwn) {
  EXPECT_EQ(Get("/health").body, "OK");
  EXPECT_EQ(Get("/version").body, "3.3.2");
  for (const char* prefix : {"/api", "/ajax-api"}) {
    EXPECT_THAT(Get(std::string(prefix) + "/3.0/mlflow/server-info").body,
                AllOf(HasSubstr(R"("store_type":"SqlStore")"),
                      HasSubstr(R"("multipart_uploads_enabled":false)")));
  }
}

TEST_F(GatewayTest, AQueryBecomesARequestAndTheAnswerJson) {
  const auto response = Get(std::string(kGet) + "7");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body,
              MatchesRegex(R"(."experiment":."experiment_id":"7","name":"[-0-9a-f]+",)"
                           R"("creation_time":1700000000123..)"));
  EXPECT_EQ(response.headers.Find("Content-Type"), "application/json");
  EXPECT_EQ(response.headers.Find("X-Content-Type-Options"), "nosniff");
}

TEST_F(GatewayTest, TheUisPrefixIsServedToo) {
  EXPECT_EQ(Get("/ajax-api/2.0/mlflow/experiments/get?experiment_id=7").status, 200);
}

TEST_F(GatewayTest, AJsonBodyBecomesARequest) {
  EXPECT_EQ(Post(kCreate, R"({"name":"p\u00e4nguin"})").body,
            "{\"experiment_id\":\"p\xc3\xa4nguin\"}");
}

TEST_F(GatewayTest, TheWorkspaceHeaderTravels) {
  EXPECT_THAT(Get(std::string(kGet) + "7", "X-MLFLOW-WORKSPACE: team\r\n").body,
              HasSubstr(R"("workspace":"team")"));
  EXPECT_EQ(Get(std::string(kGet) + "7", "X-MLFLOW-WORKSPACE: \xc3\xa4\r\n").status, 400);
}

TEST_F(GatewayTest, ErrorsAreMlflowsAndNameTheRequest) {
  const auto response = Get(std::string(kGet) + "missing", "X-Request-Id: r-1\r\n");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(
      response.body,
      R"({"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No Experiment with id=missing"})");
  EXPECT_EQ(response.headers.Find("X-Request-Id"), "r-1");
  EXPECT_THAT(Get(std::string(kGet) + "coded").body, HasSubstr("BAD_REQUEST"));
}

TEST_F(GatewayTest, AnOddRequestIdIsReplacedNotPassedOn) {
  const auto response = Get(std::string(kGet) + "missing", "X-Request-Id: \xc3\xa4\r\n");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Find("X-Request-Id")->size(), 16u);
}

TEST_F(GatewayTest, TheTraceTravelsAndGarbageIsReplaced) {
  constexpr char kTrace[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_THAT(Get(std::string(kGet) + "7", fmt::format("traceparent: {}\r\n", kTrace)).body,
              HasSubstr(kTrace));
  for (const char* garbage : {"", "00-x", "\xc3\xa4", "00-4bf92f3577b34da6a3ce929d0e0e4736"}) {
    EXPECT_THAT(Get(std::string(kGet) + "7", fmt::format("traceparent: {}\r\n", garbage)).body,
                ::testing::ContainsRegex("\"name\":\"00-[0-9a-f]{32}-[0-9a-f]{16}-00\""));
  }
}

TEST_F(GatewayTest, AServersFaultNamesTheRequestInItsMessage) {
  const auto response =
      Get("/api/2.0/mlflow/registered-models/get?name=x", "X-Request-Id: r-1\r\n");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("The registry is elsewhere. [request r-1]"));
}

TEST_F(GatewayTest, RequestsAreCountedByRouteAndStatus) {
  const std::string text = LastBody({
      GetRequest(std::string(kGet) + "7"),
      GetRequest(std::string(kGet) + "missing"),
      GetRequest(std::string(kArtifacts) + "no/such/file"),
      GetRequest("/health"),
      GetRequest("/metrics"),
  });
  for (const char* line : {
           R"(requests_total{route="/api/2.0/mlflow/experiments/get",status="200",verb="GET"} 1)",
           R"(requests_total{route="/api/2.0/mlflow/experiments/get",status="404",verb="GET"} 1)",
           R"(requests_total{route="/health",status="200",verb="GET"} 1)",
           R"(requests_in_flight{route="/health",verb="GET"} 0)",
           R"(request_duration_seconds_count{route="/health",verb="GET"} 1)",
       }) {
    EXPECT_THAT(text, HasSubstr(std::string("rookery_http_") + line + "\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("no/such/file")));
}

TEST_F(GatewayTest, WhatClientsMakeUpIsNoLabel) {
  std::vector<std::string> requests;
  for (int i = 0; i < 20; ++i) {
    requests.push_back(GetRequest(fmt::format("/made-up/{}", i)));
    requests.push_back(fmt::format("VERB{} /x HTTP/1.1\r\nHost: localhost\r\n\r\n", i));
  }
  requests.push_back(GetRequest("/metrics"));
  const std::string text = LastBody(requests);
  EXPECT_THAT(
      text,
      HasSubstr(R"(rookery_http_requests_total{route="other",status="404",verb="other"} 40)"));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("made-up")), Not(HasSubstr("VERB"))));
}

TEST_F(GatewayTest, ADownloadThatBreaksOffIsCountedAsSuch) {
  Put(std::string(kArtifacts) + "breaks", std::string(5000, 'x'));
  {
    auto client = http::testing::RawClient::Connect(http_->port());
    ROOKERY_ASSERT_OK(client);
    ROOKERY_ASSERT_OK(client->Send(GetRequest(std::string(kArtifacts) + "breaks")));
    EXPECT_FALSE(client->ReadResponse().ok());
  }
  EXPECT_THAT(registry_.Text(), HasSubstr("status=\"broken\",verb=\"GET\"} 1\n"));
}

TEST_F(GatewayTest, OverloadSaysWhenToComeBack) {
  const auto response = Get(std::string(kGet) + "busy");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.Find("Retry-After"), "1");
}

TEST_F(GatewayTest, ACallThatTakesTooLongIsEndedAndAnswered) {
  EXPECT_EQ(Get(std::string(kGet) + "slow").status, 504);
}

TEST_F(GatewayTest, ForeignWebPagesAreKeptOut) {
  const auto response = Send(
      "GET /api/2.0/mlflow/experiments/get?experiment_id=7 HTTP/1.1\r\n"
      "Host: evil.example\r\n\r\n");
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("PERMISSION_DENIED"));
}

TEST_F(GatewayTest, AnUnknownRouteIsNotFoundInJson) {
  const auto response = Get("/api/2.0/mlflow/nonsense");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("ENDPOINT_NOT_FOUND"));
}

TEST_F(GatewayTest, AWrongMethodNamesTheRightOnes) {
  const auto response = Get(kCreate);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.Find("Allow"), "POST");
}

TEST_F(GatewayTest, BadRequestsAreRefusedWithMlflowsWords) {
  EXPECT_THAT(Post(kCreate, R"({"name":)").body, HasSubstr("Malformed JSON"));
  EXPECT_THAT(Post(kCreate, R"({"name":7})").body,
              AllOf(HasSubstr("INVALID_PARAMETER_VALUE"), HasSubstr("Invalid value 7")));
  EXPECT_EQ(Post(kCreate, "{}", "text/plain").status, 400);
  EXPECT_EQ(Get("/api/2.0/mlflow/experiments/get?experiment_id=%zz").status, 400);
}

TEST_F(GatewayTest, ABodyPastTheLimitIsTooLarge) {
  const auto response = Post(kCreate, R"({"name":")" + std::string(2 << 20, 'a') + "\"}");
  EXPECT_EQ(response.status, 413);
  EXPECT_THAT(response.body, HasSubstr("1 MiB"));
}

TEST_F(GatewayTest, APartThatIsNotServedSaysWhy) {
  const auto response = Get("/api/2.0/mlflow/registered-models/get?name=x");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("The registry is elsewhere."));
}

TEST_F(GatewayTest, AFileGoesUpAndComesDown) {
  std::string bytes(3'000'001, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  EXPECT_EQ(Put(std::string(kArtifacts) + "1/a%20b/c+d.bin", bytes).status, 200);
  EXPECT_EQ(files_.path, "1/a b/c+d.bin");
  EXPECT_EQ(files_.bytes, bytes);
  const auto response = Get(std::string(kArtifacts) + "1/a%20b/c+d.bin");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, bytes);
  EXPECT_EQ(response.headers.Find("Content-Type"), "text/plain");
  EXPECT_EQ(response.headers.Find("Content-Length"), std::to_string(bytes.size()));
}

TEST_F(GatewayTest, AnEmptyFileGoesUpAndComesDown) {
  files_.bytes = "old";
  EXPECT_EQ(Put(std::string(kArtifacts) + "empty", "").status, 200);
  EXPECT_EQ(files_.bytes, "");
  const auto response = Get(std::string(kArtifacts) + "empty");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
}

TEST_F(GatewayTest, HeadHasTheLengthAndNoBody) {
  Put(std::string(kArtifacts) + "f", std::string(5000, 'x'));
  const auto response = Send(
      fmt::format("HEAD {}f HTTP/1.1\r\nHost: localhost\r\n\r\n", kArtifacts), /*to_head=*/true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.Find("Content-Length"), "5000");
}

TEST_F(GatewayTest, ARangeIsPassedOnAndItsStatusBack) {
  Put(std::string(kArtifacts) + "f", "abc");
  EXPECT_EQ(Get(std::string(kArtifacts) + "f", "Range: bytes=0-1\r\n").status, 206);
}

TEST_F(GatewayTest, ARangeAfterTheEndIsAnErrorThatTellsTheSize) {
  Put(std::string(kArtifacts) + "f", "abc");
  const auto response = Get(std::string(kArtifacts) + "f", "Range: bytes=3-\r\n");
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.headers.Find("Content-Range"), "bytes */3");
  EXPECT_EQ(response.headers.Find("Content-Type"), "application/json");
  EXPECT_EQ(response.body,
            R"({"error_code":"INVALID_PARAMETER_VALUE","message":"The file has 3 bytes"})");
}

TEST_F(GatewayTest, AMissingFileAndARefusedUploadAreErrors) {
  EXPECT_THAT(Get(std::string(kArtifacts) + "absent").body,
              HasSubstr("No such artifact: 'absent'"));
  const auto response = Put(std::string(kArtifacts) + "refused", std::string(100'000, 'x'));
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("Invalid path"));
}

TEST_F(GatewayTest, ADownloadThatBreaksOffIsNeverShort) {
  Put(std::string(kArtifacts) + "breaks", std::string(5000, 'x'));
  auto client = http::testing::RawClient::Connect(http_->port());
  ROOKERY_ASSERT_OK(client);
  ROOKERY_ASSERT_OK(
      client->Send(fmt::format("GET {}breaks HTTP/1.1\r\nHost: localhost\r\n\r\n", kArtifacts)));
  EXPECT_FALSE(client->ReadResponse().ok());
}

TEST_F(GatewayTest, ManyClientsAreServedOnOneConnectionEach) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      auto client = http::testing::RawClient::Connect(http_->port());
      for (int i = 0; i < 100 && client.ok(); ++i) {
        auto response =
            client->Roundtrip(fmt::format("GET {}{} HTTP/1.1\r\nHost: localhost\r\n\r\n", kGet, i));
        if (response.ok() && response->status == 200) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 800);
}

}  // namespace
}  // namespace rookery::gateway
