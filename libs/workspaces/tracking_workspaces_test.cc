#include "libs/workspaces/tracking_workspaces.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <rookery/tracking/v1/workspace_service.grpc.pb.h>

#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/rpc/call.h"
#include "libs/rpc/server.h"

namespace rookery {
namespace {

namespace v1 = tracking::v1;
using ::rookery::testing::StatusIs;

// Has one workspace, `team`.
class Service final : public v1::WorkspaceService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetWorkspace(grpc::CallbackServerContext* context,
                                         const v1::GetWorkspaceRequest* request,
                                         v1::GetWorkspaceResponse* response) override {
    asked_from = rpc::Metadata(*context, rpc::kWorkspaceKey);
    shown = rpc::Metadata(*context, rpc::kAuthorizationKey);
    response->mutable_workspace()->add_allow()->set_oid("ann");
    auto* reactor = context->DefaultReactor();
    reactor->Finish(request->name() == "team" ? grpc::Status()
                                              : grpc::Status(grpc::StatusCode::NOT_FOUND, "none"));
    return reactor;
  }
  std::string asked_from;
  std::string shown;
};

CallContext In(const std::string& workspace) {
  CallContext call;
  call.workspace = workspace;
  return call;
}

TEST(AskTrackingTest, AnswersAsTrackingDoes) {
  Service service;
  const auto server = rpc::Server::Start({}, {&service});
  ROOKERY_ASSERT_OK(server);
  const auto find = AskTracking([&] { return (*server)->InProcessChannel(); });
  CallContext call = In("team");
  call.authorization = std::make_shared<const std::string>("Bearer x");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const AllowList allowed, find(call));
  ASSERT_EQ(allowed.size(), 1U);
  EXPECT_EQ(allowed.front().object_id, "ann");
  EXPECT_EQ(service.shown, "Bearer x");
  EXPECT_EQ(service.asked_from, "default");
  EXPECT_THAT(find(In("other")), StatusIs(absl::StatusCode::kNotFound));
}

TEST(AskTrackingTest, WithoutAChannelItIsUnavailable) {
  const auto find = AskTracking([] { return nullptr; });
  EXPECT_THAT(find(In("team")), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace rookery
