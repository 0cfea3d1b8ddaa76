#include "libs/rpc/known_workspaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"

namespace rookery::rpc {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

class KnownWorkspacesTest : public ::testing::Test {
 protected:
  static CallContext In(const std::string& workspace) {
    CallContext call;
    call.workspace = workspace;
    return call;
  }

  static CallContext By(const std::string& object_id, const std::string& workspace) {
    CallContext call = In(workspace);
    call.caller = std::make_shared<const Identity>(Identity{.object_id = object_id});
    return call;
  }

  // What is answered to the next questions, and how many there were.
  std::map<std::string, StatusOr<AllowList>> answers_;
  int asked_ = 0;
  FakeClock clock_;
  KnownWorkspaces known_{[this](const CallContext& call) -> StatusOr<AllowList> {
                           ++asked_;
                           const auto found = answers_.find(call.workspace);
                           if (found == answers_.end()) return absl::NotFoundError("none");
                           return found->second;
                         },
                         clock_};
};

TEST_F(KnownWorkspacesTest, TheDefaultOneIsThereWithoutAQuestion) {
  EXPECT_TRUE(known_.Knows(In("default")));
  ROOKERY_EXPECT_OK(known_.Check(In("default")));
  EXPECT_EQ(asked_, 0);
}

TEST_F(KnownWorkspacesTest, AnAnswerCountsForAWhile) {
  answers_["team"] = AllowList();
  EXPECT_FALSE(known_.Knows(In("team")));
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  EXPECT_TRUE(known_.Knows(In("team")));
  clock_.Advance(KnownWorkspaces::kKnownFor - absl::Milliseconds(1));
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  EXPECT_EQ(asked_, 1);
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(known_.Knows(In("team")));
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  EXPECT_EQ(asked_, 2);
}

TEST_F(KnownWorkspacesTest, WhoIsRefusedByTheKeeperOfTheListsIsNotOnAnOldOneEither) {
  answers_["team"] = AllowList({{.object_id = "ann"}, {.object_id = "bob"}});
  ROOKERY_EXPECT_OK(known_.Check(By("bob", "team")));
  clock_.Advance(KnownWorkspaces::kKnownFor);
  answers_["team"] = absl::PermissionDeniedError("no longer");
  EXPECT_THAT(known_.Check(By("bob", "team")), StatusIs(kPermissionDenied));
  EXPECT_FALSE(known_.Knows(By("bob", "team")));
  EXPECT_THAT(known_.Check(By("bob", "team")), StatusIs(kPermissionDenied));
}

TEST_F(KnownWorkspacesTest, ADeletedOneIsGoneWhenTheAnswerIsOld) {
  answers_["team"] = AllowList();
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  answers_.clear();
  clock_.Advance(KnownWorkspaces::kKnownFor);
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kNotFound, HasSubstr("'team'")));
  EXPECT_FALSE(known_.Knows(In("team")));
}

TEST_F(KnownWorkspacesTest, ANewOneIsThereSoon) {
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kNotFound));
  answers_["team"] = AllowList();
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kNotFound));
  EXPECT_EQ(asked_, 1);
  clock_.Advance(KnownWorkspaces::kUnknownFor);
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
}

TEST_F(KnownWorkspacesTest, AQuestionThatFailsIsAskedAgain) {
  answers_["team"] = absl::UnavailableError("away");
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kUnavailable, "away"));
  answers_["team"] = AllowList();
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
}

TEST_F(KnownWorkspacesTest, OthersGoOnWhileOneAsks) {
  KnownWorkspaces* known = nullptr;
  bool meanwhile = false;
  int asked = 0;
  KnownWorkspaces asking{[&](const CallContext& call) {
                           if (++asked == 2) meanwhile = known->Knows(call);
                           return AllowList();
                         },
                         clock_};
  known = &asking;
  ROOKERY_EXPECT_OK(asking.Check(In("team")));
  clock_.Advance(KnownWorkspaces::kKnownFor);
  ROOKERY_EXPECT_OK(asking.Check(In("team")));
  EXPECT_TRUE(meanwhile);
}

TEST_F(KnownWorkspacesTest, MadeUpNamesDoNotPushOutKnownOnes) {
  answers_["team"] = AllowList();
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  for (size_t i = 0; i < KnownWorkspaces::kMaxNames + 1; ++i) {
    EXPECT_THAT(known_.Check(In("no-" + std::to_string(i))), StatusIs(kNotFound));
  }
  EXPECT_TRUE(known_.Knows(In("team")));
}

TEST_F(KnownWorkspacesTest, OneAnswerIsForAllCallers) {
  answers_["team"] = AllowList{{.object_id = "ann"}};
  ROOKERY_EXPECT_OK(known_.Check(By("ann", "team")));
  EXPECT_TRUE(known_.Knows(By("ann", "team")));
  EXPECT_FALSE(known_.Knows(By("bob", "team")));
  EXPECT_THAT(known_.Check(By("bob", "team")), StatusIs(kPermissionDenied, HasSubstr("'team'")));
  EXPECT_EQ(asked_, 1);
}

TEST_F(KnownWorkspacesTest, ARefusalOfOneCallerIsNotRemembered) {
  answers_["team"] = absl::PermissionDeniedError("not bob");
  EXPECT_THAT(known_.Check(By("bob", "team")), StatusIs(kPermissionDenied, "not bob"));
  answers_["team"] = AllowList{{.object_id = "ann"}};
  ROOKERY_EXPECT_OK(known_.Check(By("ann", "team")));
}

TEST_F(KnownWorkspacesTest, WhoIsStruckOffIsOutWhenTheAnswerIsOld) {
  answers_["team"] = AllowList{{.object_id = "ann"}, {.object_id = "bob"}};
  ROOKERY_EXPECT_OK(known_.Check(By("bob", "team")));
  answers_["team"] = AllowList{{.object_id = "ann"}};
  clock_.Advance(KnownWorkspaces::kKnownFor);
  EXPECT_THAT(known_.Check(By("bob", "team")), StatusIs(kPermissionDenied));
  ROOKERY_EXPECT_OK(known_.Check(By("ann", "team")));
}

TEST_F(KnownWorkspacesTest, TheDefaultOneIsAskedForIfCallersSayWhoTheyAre) {
  answers_["default"] = AllowList();
  EXPECT_FALSE(known_.Knows(By("ann", "default")));
  ROOKERY_EXPECT_OK(known_.Check(By("ann", "default")));
  EXPECT_TRUE(known_.Knows(By("bob", "default")));
  EXPECT_EQ(asked_, 1);
  answers_["default"] = AllowList{{.object_id = "ann"}};
  clock_.Advance(KnownWorkspaces::kKnownFor);
  ROOKERY_EXPECT_OK(known_.Check(By("ann", "default")));
  EXPECT_THAT(known_.Check(By("bob", "default")), StatusIs(kPermissionDenied));
}

TEST_F(KnownWorkspacesTest, WithoutCallersNobodyIsAskedAndNothingEnds) {
  int called = 0;
  known_.Identify(In("team"), [&](const StatusOr<IdentityPtr>& caller) {
    ROOKERY_ASSERT_OK(caller);
    EXPECT_EQ(*caller, nullptr);
    ++called;
  });
  EXPECT_EQ(called, 1);
  EXPECT_EQ(known_.EndOf(In("team")), absl::InfiniteFuture());
}

}  // namespace
}  // namespace rookery::rpc
