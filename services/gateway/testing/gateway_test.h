// The gateway over in-process channels, before services that do what a test says.
#pragma once

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/artifact/v1/artifact_service.grpc.pb.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/http/server.h"
#include "libs/http/testing/raw_client.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "services/gateway/gateway.h"
#include "services/gateway/services.h"

namespace rookery::gateway::testing {

inline constexpr char kGet[] = "/api/2.0/mlflow/experiments/get?experiment_id=";
inline constexpr char kCreate[] = "/api/2.0/mlflow/experiments/create";
inline constexpr char kArtifacts[] = "/api/2.0/mlflow-artifacts/artifacts/";

inline std::string WorkspaceOf(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("rookery-workspace");
  if (found == context.client_metadata().end()) return "";
  return {found->second.data(), found->second.size()};
}

// Repeats what it got; the experiment id chooses an error.
class Experiments final : public rookery::tracking::v1::ExperimentService::Service {
 public:
  grpc::Status GetExperiment(grpc::ServerContext* context,
                             const rookery::tracking::v1::GetExperimentRequest* request,
                             rookery::tracking::v1::GetExperimentResponse* response) override {
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

  grpc::Status CreateExperiment(
      grpc::ServerContext*, const rookery::tracking::v1::CreateExperimentRequest* request,
      rookery::tracking::v1::CreateExperimentResponse* response) override {
    response->set_experiment_id(request->name());
    return grpc::Status::OK;
  }
};

// Keeps the one file that was uploaded.
class Files final : public rookery::artifact::v1::ArtifactService::Service {
 public:
  grpc::Status UploadArtifact(
      grpc::ServerContext* context,
      grpc::ServerReader<rookery::artifact::v1::UploadArtifactRequest>* reader,
      rookery::artifact::v1::UploadArtifactResponse*) override {
    rookery::artifact::v1::UploadArtifactRequest request;
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
                                const rookery::artifact::v1::DownloadArtifactRequest* request,
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
    backends.Add(TrackingServices(), rpc::ClientOf(grpc_->InProcessChannel()));
    backends.Add(MetricServices(), nullptr, "Metrics are elsewhere.");
    backends.Add(ArtifactServices(), rpc::ClientOf(files_channel));
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
    EXPECT_THAT(client, rookery::testing::IsOk());
    EXPECT_THAT(client->Send(request), rookery::testing::IsOk());
    auto response = client->ReadResponse(to_head);
    EXPECT_THAT(response, rookery::testing::IsOk()) << request.substr(0, 200);
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
      EXPECT_THAT(response, rookery::testing::IsOk()) << request;
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

}  // namespace rookery::gateway::testing
