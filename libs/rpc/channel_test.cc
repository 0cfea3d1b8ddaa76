#include "libs/rpc/channel.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/tracking/v1/experiment_service.grpc.pb.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"

namespace rookery::rpc {
namespace {

namespace v1 = tracking::v1;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

TEST(TargetTest, NamesAreResolvedAndAddressesTaken) {
  const auto target = [](std::string_view addresses) {
    const auto result = TargetOf(addresses);
    EXPECT_THAT(result, testing::IsOk()) << addresses;
    return result.value_or("");
  };
  EXPECT_EQ(target("tracking:5101"), "dns:///tracking:5101");
  EXPECT_EQ(target("dns:///tracking.ns.svc:5101"), "dns:///tracking.ns.svc:5101");
  EXPECT_EQ(target("127.0.0.1:1"), "ipv4:127.0.0.1:1");
  EXPECT_EQ(target("127.0.0.1:1,127.0.0.2:2"), "ipv4:127.0.0.1:1,127.0.0.2:2");
  EXPECT_EQ(target("[::1]:1,[::1]:2"), "ipv6:[::1]:1,[::1]:2");
}

TEST(TargetTest, WhatCannotBeAChannelIsRefused) {
  for (const char* addresses : {"", "tracking", "http://tracking:80", "127.0.0.1:1,", "a:1,b:2",
                                "127.0.0.1:1,[::1]:2", "127.0.0.1:1,b:2", "dns:///a:1,b:2"}) {
    EXPECT_THAT(OpenChannel(addresses, {}), StatusIs(absl::StatusCode::kInvalidArgument))
        << addresses;
  }
}

// Says which of the servers it is.
class Named final : public v1::ExperimentService::Service {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  grpc::Status GetExperiment(grpc::ServerContext*, const v1::GetExperimentRequest*,
                             v1::GetExperimentResponse* response) override {
    response->mutable_experiment()->set_name(name_);
    return grpc::Status::OK;
  }

 private:
  const std::string name_;
};

std::unique_ptr<Server> Serve(Named& service, int port = 0) {
  auto server = Server::Start({.address = fmt::format("127.0.0.1:{}", port)}, {&service});
  EXPECT_THAT(server, testing::IsOk());
  return *std::move(server);
}

// The name of the server that answers.
StatusOr<std::string> Ask(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  v1::GetExperimentResponse response;
  RETURN_IF_ERROR(FromGrpc(v1::ExperimentService::NewStub(channel)->GetExperiment(
      &context, v1::GetExperimentRequest(), &response)));
  return response.experiment().name();
}

TEST(ChannelTest, CallsGoToAllReplicasInTurn) {
  Named a("a");
  Named b("b");
  const auto server_a = Serve(a);
  const auto server_b = Serve(b);
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto channel,
      OpenChannel(fmt::format("127.0.0.1:{},127.0.0.1:{}", server_a->port(), server_b->port()),
                  {}));
  // The first answer may come before the second connection is there.
  std::string seen;
  for (int i = 0; i < 10'000 && seen.find("abab") == std::string::npos; ++i) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string name, Ask(channel));
    seen += name;
  }
  EXPECT_THAT(seen, HasSubstr("abab"));
  server_a->Shutdown(absl::ZeroDuration());
  seen.clear();
  while (!seen.ends_with("bbbb")) {
    if (const auto name = Ask(channel); name.ok()) seen += *name;
  }
}

TEST(ChannelTest, FailsAtOnceWhileNobodyIsThereAndFindsWhoComesBack) {
  Named service("back");
  int port = 0;
  {
    const auto server = Serve(service);
    port = server->port();
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto channel,
                               OpenChannel(fmt::format("127.0.0.1:{}", port), {}));
  const absl::Time begin = absl::Now();
  EXPECT_THAT(Ask(channel), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("Try again")));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
  // The longest pause between attempts to connect must have come.
  while (absl::Now() - begin < absl::Seconds(2)) {
    EXPECT_FALSE(Ask(channel).ok());
  }
  const auto server = Serve(service, port);
  const absl::Time back = absl::Now();
  while (!Ask(channel).ok() && absl::Now() - back < absl::Seconds(30)) {
  }
  EXPECT_LT(absl::Now() - back, absl::Seconds(5));
}

}  // namespace
}  // namespace rookery::rpc
