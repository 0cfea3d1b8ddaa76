#include "libs/rpc/server.h"

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>
#include <gtest/gtest.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include <future>
#include <set>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/status.h"

namespace rookery::rpc {
namespace {

namespace v1 = tracking::v1;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ServerTest, ATakenPortIsUnavailable) {
  auto first = Server::Start({.address = "127.0.0.1:0"}, {});
  ROOKERY_ASSERT_OK(first);
  ASSERT_GT((*first)->port(), 0);
  EXPECT_THAT(Server::Start({.address = "127.0.0.1:" + std::to_string((*first)->port())}, {}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("Cannot listen for gRPC")));
}

// Answers with the address of the client's end of the connection.
class Peer final : public v1::ExperimentService::Service {
 public:
  grpc::Status GetExperiment(grpc::ServerContext* context, const v1::GetExperimentRequest*,
                             v1::GetExperimentResponse* response) override {
    response->mutable_experiment()->set_name(context->peer());
    return grpc::Status::OK;
  }
};

TEST(ServerTest, AConnectionThatIsOldEnoughMakesWayForAnother) {
  Peer service;
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto server,
      Server::Start({.address = "127.0.0.1:0", .max_connection_age = absl::Milliseconds(50)},
                    {&service}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto channel,
                               OpenChannel("127.0.0.1:" + std::to_string(server->port()), {}));
  std::set<std::string> peers;
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (peers.size() < 3 && absl::Now() < end) {
    grpc::ClientContext context;
    v1::GetExperimentResponse response;
    ROOKERY_ASSERT_OK(FromGrpc(v1::ExperimentService::NewStub(channel)->GetExperiment(
        &context, v1::GetExperimentRequest(), &response)));
    peers.insert(response.experiment().name());
  }
  EXPECT_EQ(peers.size(), 3u);
}

// Answers when the test says so, as a handler on an executor does.
class Waiting final : public v1::ExperimentService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetExperiment(grpc::CallbackServerContext* context,
                                          const v1::GetExperimentRequest*,
                                          v1::GetExperimentResponse*) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    begun.set_value(reactor);
    return reactor;
  }

  std::promise<grpc::ServerUnaryReactor*> begun;
};

class ShutdownTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK_AND_ASSIGN(server_, Server::Start({.address = "127.0.0.1:0"}, {&service_}));
    ROOKERY_ASSERT_OK_AND_ASSIGN(channel_,
                                 OpenChannel("127.0.0.1:" + std::to_string(server_->port()), {}));
  }

  Status Call() {
    grpc::ClientContext context;
    v1::GetExperimentResponse response;
    return FromGrpc(v1::ExperimentService::NewStub(channel_)->GetExperiment(
        &context, v1::GetExperimentRequest(), &response));
  }
  std::future<Status> CallInBackground() {
    return std::async(std::launch::async, [this] { return Call(); });
  }
  std::future<void> ShutDownInBackground(absl::Duration grace) {
    return std::async(std::launch::async, [this, grace] { server_->Shutdown(grace); });
  }

  Waiting service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ShutdownTest, ACallInFlightEndsAndANewOneIsUnavailable) {
  auto in_flight = CallInBackground();
  grpc::ServerUnaryReactor* const reactor = service_.begun.get_future().get();
  auto shutdown = ShutDownInBackground(absl::Minutes(1));
  // The channel is idle or connected until it hears of the shutdown.
  while (channel_->GetState(false) == GRPC_CHANNEL_READY) {
  }
  EXPECT_THAT(Call(), StatusIs(absl::StatusCode::kUnavailable));
  reactor->Finish(grpc::Status::OK);
  ROOKERY_EXPECT_OK(in_flight.get());
  shutdown.get();
}

TEST_F(ShutdownTest, ACallThatOutlivesTheGraceIsCut) {
  auto in_flight = CallInBackground();
  grpc::ServerUnaryReactor* const reactor = service_.begun.get_future().get();
  auto shutdown = ShutDownInBackground(absl::Milliseconds(20));
  EXPECT_THAT(in_flight.get(), StatusIs(absl::StatusCode::kUnavailable));
  reactor->Finish(grpc::Status::OK);
  shutdown.get();
}

}  // namespace
}  // namespace rookery::rpc
