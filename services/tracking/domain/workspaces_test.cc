#include "services/tracking/domain/workspaces.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::InWorkspace;
using enum absl::StatusCode;

template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}

class WorkspacesTest : public testing::TrackingTest {
 protected:
  StatusOr<v1::Workspace> Create(const v1::CreateWorkspaceRequest& request) {
    ASSIGN_OR_RETURN(auto response, workspaces_.Create(call_, request));
    return response.workspace();
  }
  StatusOr<v1::Workspace> Create(const std::string& name) {
    return Create(Named<v1::CreateWorkspaceRequest>(name));
  }
  StatusOr<v1::Workspace> Get(const std::string& name) {
    ASSIGN_OR_RETURN(auto response, workspaces_.Get(call_, Named<v1::GetWorkspaceRequest>(name)));
    return response.workspace();
  }
  Status Delete(const std::string& name, bool force = false) {
    auto request = Named<v1::DeleteWorkspaceRequest>(name);
    request.set_force(force);
    return workspaces_.Delete(call_, request).status();
  }
  static CallContext By(const std::string& object_id) {
    CallContext call;
    call.caller = std::make_shared<const Identity>(Identity{.object_id = object_id});
    return call;
  }
  Status Restore(const std::string& name) {
    return workspaces_.Restore(call_, Named<v1::RestoreWorkspaceRequest>(name)).status();
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    const auto response = workspaces_.List(call_, {});
    for (const auto& workspace : response->workspaces()) names.push_back(workspace.name());
    return names;
  }
  StatusOr<std::string> IdOfDefault(const std::string& workspace) {
    v1::GetExperimentByNameRequest request;
    request.set_experiment_name("Default");
    ASSIGN_OR_RETURN(auto response, experiments_.GetByName(InWorkspace(workspace), request));
    return response.experiment().experiment_id();
  }
  StatusOr<std::string> AddExperiment(const std::string& workspace, const std::string& name) {
    v1::CreateExperimentRequest request;
    request.set_name(name);
    ASSIGN_OR_RETURN(auto response, experiments_.Create(InWorkspace(workspace), request));
    return response.experiment_id();
  }
};

TEST_P(WorkspacesTest, ANewOneIsReadAndListed) {
  auto request = Named<v1::CreateWorkspaceRequest>("Team-1");
  request.set_subscription_id("s");
  request.set_resource_group("g");
  request.add_allow()->set_tenant("t");
  v1::AllowedIdentity* second = request.add_allow();
  second->set_app("a");
  second->set_oid("o");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, Create(request));
  EXPECT_EQ(made.workspace_id().size(), 36U);
  EXPECT_EQ(made.creation_time(), clock_.NowMs());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, Get("Team-1"));
  EXPECT_EQ(read.SerializeAsString(), made.SerializeAsString());
  EXPECT_THAT(Names(), ElementsAre("Team-1", "default", "other"));
  ROOKERY_EXPECT_OK(workspaces_.Find(InWorkspace("Team-1")));
  EXPECT_THAT(workspaces_.Find(InWorkspace("team-1")), StatusIs(kNotFound));
}

TEST_P(WorkspacesTest, AListOfWhoMayEnterIsReplaced) {
  auto request = Named<v1::CreateWorkspaceRequest>("team");
  request.add_allow()->set_tenant("t");
  request.add_allow()->set_app("a");
  ROOKERY_ASSERT_OK(Create(request));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const AllowList before, workspaces_.Find(InWorkspace("team")));
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0].tenant, "t");
  EXPECT_EQ(before[1].app_id, "a");

  auto change = Named<v1::SetWorkspaceAllowRequest>("team");
  change.add_allow()->set_oid("o");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto changed, workspaces_.SetAllow(call_, change));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, Get("team"));
  EXPECT_EQ(read.SerializeAsString(), changed.workspace().SerializeAsString());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const AllowList after, workspaces_.Find(InWorkspace("team")));
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].object_id, "o");
  // Of others nothing has changed.
  ROOKERY_ASSERT_OK_AND_ASSIGN(const AllowList other, workspaces_.Find(InWorkspace("other")));
  EXPECT_TRUE(other.empty());

  change.add_allow();
  EXPECT_THAT(workspaces_.SetAllow(call_, change), StatusIs(kInvalidArgument));
  EXPECT_THAT(workspaces_.SetAllow(call_, Named<v1::SetWorkspaceAllowRequest>("nowhere")),
              StatusIs(kNotFound));
  ROOKERY_ASSERT_OK(workspaces_.SetAllow(call_, Named<v1::SetWorkspaceAllowRequest>("default")));
}

TEST_P(WorkspacesTest, ACallerWithATokenReadsHisOwnAndChangesNone) {
  auto request = Named<v1::CreateWorkspaceRequest>("team");
  request.add_allow()->set_oid("ann");
  ROOKERY_ASSERT_OK(Create(request));
  const auto named = Named<v1::GetWorkspaceRequest>("team");
  ROOKERY_EXPECT_OK(workspaces_.Get(By("ann"), named));
  EXPECT_THAT(workspaces_.Get(By("bob"), named), StatusIs(kPermissionDenied, HasSubstr("'team'")));
  ROOKERY_EXPECT_OK(workspaces_.Get(By("bob"), Named<v1::GetWorkspaceRequest>("default")));
  EXPECT_THAT(workspaces_.Create(By("ann"), Named<v1::CreateWorkspaceRequest>("mine")),
              StatusIs(kPermissionDenied));
  EXPECT_THAT(workspaces_.List(By("ann"), {}), StatusIs(kPermissionDenied));
  EXPECT_THAT(workspaces_.SetAllow(By("ann"), Named<v1::SetWorkspaceAllowRequest>("team")),
              StatusIs(kPermissionDenied));
  EXPECT_THAT(workspaces_.Delete(By("ann"), Named<v1::DeleteWorkspaceRequest>("team")),
              StatusIs(kPermissionDenied));
  EXPECT_THAT(workspaces_.Restore(By("ann"), Named<v1::RestoreWorkspaceRequest>("team")),
              StatusIs(kPermissionDenied));
  EXPECT_THAT(Names(), ElementsAre("default", "other", "team"));
}

TEST_P(WorkspacesTest, ZeroIsTheDefaultExperimentOfTheDefaultWorkspaceOnly) {
  ROOKERY_ASSERT_OK(Create("team"));
  EXPECT_EQ(*IdOfDefault("default"), "0");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string id, IdOfDefault("team"));
  EXPECT_GT(id.size(), 10U);
}

TEST_P(WorkspacesTest, StartingAgainKeepsTheDefaultOne) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto first, Get("default"));
  ROOKERY_ASSERT_OK(workspaces_.EnsureDefault());
  EXPECT_EQ(Get("default")->workspace_id(), first.workspace_id());
  EXPECT_THAT(Delete("default", /*force=*/true), StatusIs(kInvalidArgument));
}

TEST_P(WorkspacesTest, NamesAreTakenOnceWhateverTheirCase) {
  ROOKERY_ASSERT_OK(Create("team"));
  EXPECT_THAT(Create("team"), StatusIs(kAlreadyExists));
  EXPECT_THAT(Create("TEAM"), StatusIs(kAlreadyExists, HasSubstr("'team'")));
  EXPECT_THAT(Create("Default"), StatusIs(kAlreadyExists));
}

TEST_P(WorkspacesTest, BadRequestsAreRefused) {
  EXPECT_THAT(Create("a/b"), StatusIs(kInvalidArgument, HasSubstr("'a/b'")));
  auto request = Named<v1::CreateWorkspaceRequest>("team");
  request.add_allow();
  EXPECT_THAT(Create(request), StatusIs(kInvalidArgument, HasSubstr("names nobody")));
  request.mutable_allow(0)->set_oid(std::string(257, 'x'));
  EXPECT_THAT(Create(request), StatusIs(kInvalidArgument, HasSubstr("allow.oid")));
  EXPECT_THAT(Get("team"), StatusIs(kNotFound));
  EXPECT_THAT(Delete("team"), StatusIs(kNotFound));
}

TEST_P(WorkspacesTest, AnEmptyOneIsRemovedAndMayBeMadeAnew) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto first, Create("team"));
  ROOKERY_ASSERT_OK(Delete("team"));
  EXPECT_THAT(workspaces_.Find(InWorkspace("team")), StatusIs(kNotFound));
  EXPECT_THAT(Restore("team"), StatusIs(kNotFound));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto second, Create("team"));
  EXPECT_NE(second.workspace_id(), first.workspace_id());
}

TEST_P(WorkspacesTest, OneThatHoldsSomethingIsHiddenByForceAndRestored) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, Create("team"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string id, AddExperiment("team", "e"));
  EXPECT_THAT(Delete("team"), StatusIs(kFailedPrecondition, HasSubstr("1 experiments")));
  ROOKERY_ASSERT_OK(Delete("team", /*force=*/true));
  EXPECT_THAT(Get("team"), StatusIs(kNotFound));
  EXPECT_THAT(Names(), ElementsAre("default", "other"));
  EXPECT_THAT(Create("team"), StatusIs(kAlreadyExists));
  ROOKERY_ASSERT_OK(Restore("team"));
  EXPECT_THAT(Restore("team"), StatusIs(kNotFound));
  EXPECT_EQ(Get("team")->workspace_id(), made.workspace_id());
  ROOKERY_EXPECT_OK(
      experiments_.Get(InWorkspace("team"), testing::OfExperiment<v1::GetExperimentRequest>(id)));
}

TEST_P(WorkspacesTest, ALoggedModelInItsDefaultExperimentIsSomethingToo) {
  ROOKERY_ASSERT_OK(Create("team"));
  v1::CreateLoggedModelRequest request;
  request.set_experiment_id(*IdOfDefault("team"));
  ROOKERY_ASSERT_OK(models_.Create(InWorkspace("team"), request));
  EXPECT_THAT(Delete("team"), StatusIs(kFailedPrecondition, HasSubstr("1 logged models")));
}

// Calls learn some seconds later that a workspace is gone.
TEST_P(WorkspacesTest, NothingBeginsInADeletedOne) {
  ROOKERY_ASSERT_OK(Create("team"));
  ROOKERY_ASSERT_OK(Delete("team"));
  EXPECT_THAT(AddExperiment("team", "e"), StatusIs(kNotFound, HasSubstr("'team'")));
}

ROOKERY_OVER_ALL_DATABASES(WorkspacesTest);

}  // namespace
}  // namespace rookery::tracking
