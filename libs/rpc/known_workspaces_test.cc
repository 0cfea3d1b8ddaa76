#include "libs/rpc/known_workspaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
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

  // What is answered to the next questions, and how many there were.
  std::map<std::string, Status> answers_;
  int asked_ = 0;
  FakeClock clock_;
  KnownWorkspaces known_{[this](const CallContext& call) {
                           ++asked_;
                           const auto found = answers_.find(call.workspace);
                           return found == answers_.end() ? absl::NotFoundError("none")
                                                          : found->second;
                         },
                         clock_};
};

TEST_F(KnownWorkspacesTest, TheDefaultOneIsThereWithoutAQuestion) {
  EXPECT_TRUE(known_.Knows(In("default")));
  ROOKERY_EXPECT_OK(known_.Check(In("default")));
  EXPECT_EQ(asked_, 0);
}

TEST_F(KnownWorkspacesTest, AnAnswerCountsForAWhile) {
  answers_["team"] = absl::OkStatus();
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

TEST_F(KnownWorkspacesTest, ADeletedOneIsGoneWhenTheAnswerIsOld) {
  answers_["team"] = absl::OkStatus();
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  answers_.clear();
  clock_.Advance(KnownWorkspaces::kKnownFor);
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kNotFound, HasSubstr("'team'")));
  EXPECT_FALSE(known_.Knows(In("team")));
}

TEST_F(KnownWorkspacesTest, ANewOneIsThereSoon) {
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kNotFound));
  answers_["team"] = absl::OkStatus();
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kNotFound));
  EXPECT_EQ(asked_, 1);
  clock_.Advance(KnownWorkspaces::kUnknownFor);
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
}

TEST_F(KnownWorkspacesTest, AQuestionThatFailsIsAskedAgain) {
  answers_["team"] = absl::UnavailableError("away");
  EXPECT_THAT(known_.Check(In("team")), StatusIs(kUnavailable, "away"));
  answers_["team"] = absl::OkStatus();
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
}

TEST_F(KnownWorkspacesTest, OthersGoOnWhileOneAsks) {
  KnownWorkspaces* known = nullptr;
  bool meanwhile = false;
  int asked = 0;
  KnownWorkspaces asking{[&](const CallContext& call) {
                           if (++asked == 2) meanwhile = known->Knows(call);
                           return absl::OkStatus();
                         },
                         clock_};
  known = &asking;
  ROOKERY_EXPECT_OK(asking.Check(In("team")));
  clock_.Advance(KnownWorkspaces::kKnownFor);
  ROOKERY_EXPECT_OK(asking.Check(In("team")));
  EXPECT_TRUE(meanwhile);
}

TEST_F(KnownWorkspacesTest, MadeUpNamesDoNotPushOutKnownOnes) {
  answers_["team"] = absl::OkStatus();
  ROOKERY_EXPECT_OK(known_.Check(In("team")));
  for (size_t i = 0; i < KnownWorkspaces::kMaxNames + 1; ++i) {
    EXPECT_THAT(known_.Check(In("no-" + std::to_string(i))), StatusIs(kNotFound));
  }
  EXPECT_TRUE(known_.Knows(In("team")));
}

}  // namespace
}  // namespace rookery::rpc
