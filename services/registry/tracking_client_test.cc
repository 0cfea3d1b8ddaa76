#include "services/registry/tracking_client.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/tracking/v1/logged_model_service.grpc.pb.h>
#include <rookery/tracking/v1/run_service.grpc.pb.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/call.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"

namespace rookery::registry {
namespace {

using ::rookery::testing::StatusIs;

// What the tracking service saw of a call.
struct Seen {
  std::string workspace;
  std::string request_id;
  std::string traceparent;
  absl::Time deadline;
};

Seen See(const grpc::ServerContext& context) {
  return {rpc::Metadata(context, rpc::kWorkspaceKey), rpc::Metadata(context, rpc::kRequestIdKey),
          rpc::Metadata(context, rpc::kTraceparentKey), absl::FromChrono(context.deadline())};
}

// A tracking service that knows one logged model and one run.
class FakeLoggedModels final : public tracking::v1::LoggedModelService::Service {
 public:
  grpc::Status GetLoggedModel(grpc::ServerContext* context,
                              const tracking::v1::GetLoggedModelRequest* request,
                              tracking::v1::GetLoggedModelResponse* response) override {
    seen = See(*context);
    if (request->model_id() != "m-1") return rpc::ToGrpc(absl::NotFoundError("no such model"));
    response->mutable_model()->mutable_info()->set_artifact_uri("mlflow-artifacts:/m");
    response->mutable_model()->mutable_info()->set_source_run_id("r");
    *response->mutable_model()->mutable_info()->mutable_tags() = tags;
    return grpc::Status::OK;
  }
  grpc::Status SetLoggedModelTags(grpc::ServerContext*,
                                  const tracking::v1::SetLoggedModelTagsRequest* request,
                                  tracking::v1::SetLoggedModelTagsResponse*) override {
    tags = request->tags();
    ++writes;
    return grpc::Status::OK;
  }
  google::protobuf::RepeatedPtrField<tracking::v1::LoggedModelTag> tags;
  int writes = 0;
  Seen seen;
};

class FakeRuns final : public tracking::v1::RunService::Service {
 public:
  grpc::Status GetRun(grpc::ServerContext* context, const tracking::v1::GetRunRequest* request,
                      tracking::v1::GetRunResponse* response) override {
    seen = See(*context);
    if (request->run_id() != "r") return rpc::ToGrpc(absl::NotFoundError("no such run"));
    response->mutable_run()->mutable_info()->set_artifact_uri("mlflow-artifacts:/r");
    return grpc::Status::OK;
  }
  Seen seen;
};

class TrackingClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(server_, rpc::Server::Start({}, {&logged_models_, &runs_}));
    call_.workspace = "default";
    call_.request_id = "request";
    call_.deadline = absl::Now() + absl::Seconds(10);
  }

  FakeLoggedModels logged_models_;
  FakeRuns runs_;
  std::unique_ptr<rpc::Server> server_;
  TrackingClient client_{[this] { return server_->InProcessChannel(); }};
  CallContext call_;
};

TEST_F(TrackingClientTest, FindsLoggedModelsAndRuns) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, client_.FindLoggedModel(call_, "m-1"));
  EXPECT_EQ(model.artifact_uri, "mlflow-artifacts:/m");
  EXPECT_EQ(model.source_run_id, "r");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto uri, client_.ArtifactUriOfRun(call_, "r"));
  EXPECT_EQ(uri, "mlflow-artifacts:/r");
}

TEST_F(TrackingClientTest, NotesVersionsOnTheLoggedModelOnceEach) {
  ROOKERY_ASSERT_OK(client_.AddVersion(call_, "m-1", "penguins", "1"));
  ROOKERY_ASSERT_OK(client_.AddVersion(call_, "m-1", "a \"b\"", "12"));
  ROOKERY_ASSERT_OK(client_.AddVersion(call_, "m-1", "penguins", "1"));
  ASSERT_EQ(logged_models_.tags.size(), 1);
  EXPECT_EQ(logged_models_.tags[0].key(), "mlflow.modelVersions");
  EXPECT_EQ(logged_models_.tags[0].value(),
            R"([{"name": "penguins", "version": "1"}, {"name": "a \"b\"", "version": "12"}])");
  EXPECT_EQ(logged_models_.writes, 2);
}

TEST_F(TrackingClientTest, LeavesATagAloneThatIsNoList) {
  auto* tag = logged_models_.tags.Add();
  tag->set_key("mlflow.modelVersions");
  tag->set_value("mine");
  ROOKERY_ASSERT_OK(client_.AddVersion(call_, "m-1", "penguins", "1"));
  EXPECT_EQ(logged_models_.writes, 0);
}

TEST_F(TrackingClientTest, PassesErrorsOn) {
  EXPECT_THAT(client_.FindLoggedModel(call_, "m-2"),
              StatusIs(absl::StatusCode::kNotFound, "no such model"));
  EXPECT_THAT(client_.ArtifactUriOfRun(call_, "x"),
              StatusIs(absl::StatusCode::kNotFound, "no such run"));
}

TEST_F(TrackingClientTest, PassesWorkspaceIdsAndDeadlineOn) {
  call_.workspace = "team";
  call_.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  ROOKERY_ASSERT_OK(client_.FindLoggedModel(call_, "m-1"));
  ROOKERY_ASSERT_OK(client_.ArtifactUriOfRun(call_, "r"));
  for (const Seen& seen : {logged_models_.seen, runs_.seen}) {
    EXPECT_EQ(seen.workspace, "team");
    EXPECT_EQ(seen.request_id, "request");
    EXPECT_EQ(seen.traceparent, call_.traceparent);
    EXPECT_LE(absl::AbsDuration(seen.deadline - call_.deadline), absl::Seconds(1));
  }
}

TEST_F(TrackingClientTest, WaitsAtMostHalfAMinuteForACallerWhoWouldWaitForEver) {
  call_.deadline = absl::InfiniteFuture();
  ROOKERY_ASSERT_OK(client_.FindLoggedModel(call_, "m-1"));
  EXPECT_LE(logged_models_.seen.deadline, absl::Now() + absl::Seconds(31));
}

TEST_F(TrackingClientTest, AServerThatIsGoneIsUnavailable) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto server, rpc::Server::Start({.address = "127.0.0.1:0"}, {}));
  auto channel = grpc::CreateChannel(fmt::format("127.0.0.1:{}", server->port()),
                                     grpc::InsecureChannelCredentials());
  server.reset();
  TrackingClient client([&] { return channel; });
  EXPECT_THAT(client.FindLoggedModel(call_, "m-1"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TrackingClientTest, AServerThatHasNotStartedIsUnavailable) {
  TrackingClient client([] { return nullptr; });
  EXPECT_THAT(client.ArtifactUriOfRun(call_, "r"), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace rookery::registry
