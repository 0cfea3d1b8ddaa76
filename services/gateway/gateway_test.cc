// The gateway over in-process channels, before services that do what a test says.
#include "services/gateway/gateway.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/artifact/v1/artifact_service.grpc.pb.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/http/server.h"
#include "libs/http/testing/raw_client.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "services/gateway/services.h"

namespace rookery::gateway {
namespace {

namespace tracking = ::rookery::tracking::v1;
namespace artifact = ::rookery::artifact::v1;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

std::string WorkspaceOf(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("rookery-workspace");
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

// Repeats what it got; the experiment id chooses an error.
class Experiments final : public tracking::ExperimentService::Service {
 public:
  grpc::Status GetExperiment(grpc::ServerContext* context,
                             const tracking::GetExperimentRequest* request,
                             tracking::GetExperimentResponse* response) override {
    const std::string& id = request->experiment_id();
    if (id == "missing") return rpc::ToGrpc(absl::NotFoundError("No Experiment with id=missing"));
    if (id == "busy") return {grpc::StatusCode::RESOURCE_EXHAUSTED, "busy"};
    if (id == "coded") {
      return rpc::ToGrpc(WithErrorCode(absl::InvalidArgumentError("no"), "BAD_REQUEST"));
    }
    if (id == "slow") {
      while (!context->IsCancelled()) {
      }
      return grpc::Status::CANCELLED;
    }
    auto* experiment = response->mutable_experiment();
    experiment->set_experiment_id(id);
    experiment->set_creation_time(1'700'000'000'123);
    const auto traceparent = context->client_metadata().find("traceparent");
    if (traceparent != context->client_metadata().end()) {
      experiment->set_name({traceparent->second.data(), traceparent->second.size()});
    }
    if (const std::string workspace = WorkspaceOf(*context); !workspace.empty()) {
      experiment->set_workspace(workspace);
    }
    return grpc::Status::OK;
  }

  grpc::Status CreateExperiment(grpc::ServerContext*,
                                const tracking::CreateExperimentRequest* request,
                                tracking::CreateExperimentResponse* response) override {
    response->set_experiment_id(request->name());
    return grpc::Status::OK;
  }
};

// Keeps the one file that was uploaded.
class Files final : public artifact::ArtifactService::Service {
 public:
  grpc::Status UploadArtifact(grpc::ServerContext* context,
                              grpc::ServerReader<artifact::UploadArtifactRequest>* reader,
                              artifact::UploadArtifactResponse*) override {
    artifact::UploadArtifactRequest request;
    bytes.clear();
    path.clear();
    workspace = WorkspaceOf(*context);
    while (reader->Read(&request)) {
      if (request.has_path()) path = request.path();
      if (path == "refused") return {grpc::StatusCode::INVALID_ARGUMENT, "Invalid path"};
      bytes += request.body().data();
    }
    return grpc::Status::OK;
  }

  grpc::Status DownloadArtifact(grpc::ServerContext* context,
                                const artifact::DownloadArtifactRequest* request,
                                grpc::ServerWriter<google::api::HttpBody>* writer) override {
    workspace = WorkspaceOf(*context);
    if (request->path() != path) {
      return {grpc::StatusCode::NOT_FOUND, "No such artifact: '" + request->path() + "'"};
    }
    const auto range = context->client_metadata().find("http-range");
    const bool ranged = range != context->client_metadata().end();
    if (ranged && range->second == "bytes=3-" && bytes.size() == 3) {
      context->AddInitialMetadata("http-status", "416");
      context->AddInitialMetadata("http-content-range", "bytes */3");
      return {grpc::StatusCode::OUT_OF_RANGE, "The file has 3 bytes"};
    }
    context->AddInitialMetadata("http-status", ranged ? "206" : "200");
    context->AddInitialMetadata("http-content-type", "text/plain");
    context->AddInitialMetadata("http-content-length", std::to_string(bytes.size()));
    google::api::HttpBody piece;
    for (size_t at = 0; at < bytes.size(); at += 1000) {
      piece.set_data(bytes.substr(at, 1000));
      writer->Write(piece);
      if (path == "breaks") return {grpc::StatusCode::DATA_LOSS, "disk"};
    }
    return grpc::Status::OK;
  }

  std::string path;
  std::string bytes;
  // Of the latest call.
  std::string workspace;
};

class GatewayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(grpc_, rpc::Server::Start({}, {&experiments_}));
    ROOKERY_ASSERT_OK_AND_ASSIGN(files_server_, rpc::Server::Start({}, {&files_}));
    ROOKERY_ASSERT_OK_AND_ASSIGN(auto files_channel, files_server_->StreamingChannel());
    Backends backends;
    backends.Add(TrackingServices(),
                 std::make_shared<rpc::GenericClient>(grpc_->InProcessChannel()));
    backends.Add(MetricServices(), nullptr, "Metrics are elsewhere.");
    backends.Add(ArtifactServices(), std::make_shared<rpc::GenericClient>(files_channel));
    backends.Add(RegistryServices(), nullptr, "The registry is elsewhere.");
    GatewayOptions options;
    options.max_json_bytes = 1 << 20;
    options.call_timeout = absl::Milliseconds(300);
    options.metrics = &registry_;
    ROOKERY_ASSERT_OK_AND_ASSIGN(gateway_, Gateway::Create(std::move(backends), options));
    ROOKERY_ASSERT_OK_AND_ASSIGN(http_, http::Server::Listen({}, [this](http::Exchange& exchange) {
                                   return gateway_->Handle(exchange);
                                 }));
  }

  http::testing::ReceivedResponse Send(const std::string& request, bool to_head = false) {
    auto client = http::testing::RawClient::Connect(http_->port());
    EXPECT_THAT(client, testing::IsOk());
    EXPECT_THAT(client->Send(request), testing::IsOk());
    auto response = client->ReadResponse(to_head);
    EXPECT_THAT(response, testing::IsOk()) << request.substr(0, 200);
    return response.ok() ? *std::move(response) : http::testing::ReceivedResponse();
  }
  http::testing::ReceivedResponse Get(const std::string& target, const std::string& headers = "") {
    return Send(GetRequest(target, headers));
  }
  http::testing::ReceivedResponse Post(const std::string& target, const std::string& body,
                                       const std::string& type = "application/json") {
    return Send(fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
        target, type, body.size(), body));
  }
  http::testing::ReceivedResponse Put(const std::string& target, const std::string& body) {
    return Send(fmt::format("PUT {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{}",
                            target, body.size(), body));
  }

  // Requests over one connection, one after the other: each has been counted when the next is read.
  std::string LastBody(const std::vector<std::string>& requests) {
    auto client = http::testing::RawClient::Connect(http_->port());
    std::string body;
    for (const std::string& request : requests) {
      auto response = client->Roundtrip(request);
      EXPECT_THAT(response, testing::IsOk()) << request;
      if (response.ok()) body = response->body;
    }
    return body;
  }
  static std::string GetRequest(const std::string& target, const std::string& headers = "") {
    return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target, headers);
  }

  metrics::Registry registry_;
  Experiments experiments_;
  Files files_;
  std::unique_ptr<rpc::Server> grpc_;
  std::unique_ptr<rpc::Server> files_server_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<http::Server> http_;
};

constexpr char kGet[] = "/api/2.0/mlflow/experiments/get?experiment_id=";
constexpr char kCreate[] = "/api/2.0/mlflow/experiments/create";
constexpr char kArtifacts[] = "/api/2.0/mlflow-artifacts/artifacts/";
constexpr char kMount[] =
    "/mlflow/v2.0/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/"
    "workspaces/team";

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

TEST_F(GatewayTest, UnderAMountAllIsServedForItsWorkspace) {
  EXPECT_THAT(Get(kMount + std::string(kGet) + "7").body, HasSubstr(R"("workspace":"team")"));
  EXPECT_THAT(Get(kMount + std::string(kGet) + "7", "X-MLFLOW-WORKSPACE: team\r\n").body,
              HasSubstr(R"("workspace":"team")"));
  EXPECT_EQ(Get(std::string(kMount) + "/version").body, "3.3.2");
  EXPECT_EQ(Get(std::string(kMount) + "/ajax-api/3.0/mlflow/scorers/list").body, "{}");
  EXPECT_THAT(Post(std::string(kMount) + "/graphql",
                   R"({"operationName":"MlflowGetExperimentQuery",)"
                   R"("variables":{"input":{"experimentId":"7"}},"query":"query {}"})")
                  .body,
              HasSubstr(R"("workspace":"team")"));
}

TEST_F(GatewayTest, FilesUnderAMountKeepTheirNamesAndWorkspace) {
  const std::string file = std::string(kMount) + kArtifacts + "1/a%20b/c%3Ad+e.bin";
  EXPECT_EQ(Put(file, "abc").status, 200);
  EXPECT_EQ(files_.path, "1/a b/c:d+e.bin");
  EXPECT_EQ(files_.workspace, "team");
  files_.workspace.clear();
  EXPECT_EQ(Get(file).body, "abc");
  EXPECT_EQ(files_.workspace, "team");
}

TEST_F(GatewayTest, AMountLeadsToItsPage) {
  const auto response = Get(kMount);
  EXPECT_EQ(response.status, 308);
  // What the page asks for is relative to it.
  EXPECT_EQ(response.headers.Find("Location"), std::string(kMount) + "/");
  EXPECT_EQ(Get(std::string(kMount) + "/").status, 200);
  EXPECT_EQ(Post(kMount, "{}").status, 404);
}

TEST_F(GatewayTest, ErrorsUnderAMountAreAzuresToo) {
  const auto response = Get(kMount + std::string(kGet) + "missing");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body,
              AllOf(HasSubstr(R"("error_code":"RESOURCE_DOES_NOT_EXIST")"),
                    HasSubstr(R"("error":{"code":"UserError")"), HasSubstr(R"("statusCode":404)")));
  EXPECT_THAT(Get(kMount + std::string(kCreate)).body, HasSubstr(R"("statusCode":405)"));
}

TEST_F(GatewayTest, AHeaderThatContradictsTheMountIsRefused) {
  const auto response = Get(kMount + std::string(kGet) + "7", "X-MLFLOW-WORKSPACE: default\r\n");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, AllOf(HasSubstr("INVALID_PARAMETER_VALUE"), HasSubstr("'team'"),
                                   HasSubstr("'default'")));
  EXPECT_EQ(Get(kMount + std::string("%C3%A4") + kGet + "7").status, 400);
}

TEST_F(GatewayTest, AzuresOwnPathsAreNotMlflows) {
  for (const char* prefix : {"/history/v1.0", "/artifact/v2.0", "/modelmanagement/v1.0", ""}) {
    const std::string path =
        prefix + std::string(kMount).substr(std::string_view("/mlflow/v2.0").size()) + kGet + "7";
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(GatewayTest, RequestsUnderAMountAreCountedByTheirRoute) {
  const std::string text =
      LastBody({GetRequest(kMount + std::string(kGet) + "7"), GetRequest("/metrics")});
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(requests_total{route="/api/2.0/mlflow/experiments/get",status="200",verb="GET"} 1)"));
  EXPECT_THAT(text, Not(HasSubstr("subscriptions")));
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
