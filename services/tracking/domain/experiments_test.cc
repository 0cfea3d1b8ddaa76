#include "services/tracking/domain/experiments.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using enum absl::StatusCode;

class ExperimentsTest : public TrackingTest {
 protected:
  static v1::CreateExperimentRequest New(const std::string& name) {
    v1::CreateExperimentRequest request;
    request.set_name(name);
    return request;
  }
  StatusOr<std::string> Create(const v1::CreateExperimentRequest& request) {
    ASSIGN_OR_RETURN(auto response, experiments_.Create(call_, request));
    return response.experiment_id();
  }
  Status Rename(const std::string& id, const std::string& name) {
    auto request = OfExperiment<v1::UpdateExperimentRequest>(id);
    request.set_new_name(name);
    return experiments_.Update(call_, request).status();
  }
  StatusOr<v1::Experiment> ByName(const CallContext& call, const std::string& name) {
    v1::GetExperimentByNameRequest request;
    request.set_experiment_name(name);
    ASSIGN_OR_RETURN(auto response, experiments_.GetByName(call, request));
    return response.experiment();
  }
  Status Tag(const CallContext& call, const std::string& id, const std::string& key,
             const std::string& value) {
    auto request = OfExperiment<v1::SetExperimentTagRequest>(id);
    request.set_key(key);
    request.set_value(value);
    return experiments_.SetTag(call, request).status();
  }
  Status Untag(const CallContext& call, const std::string& id, const std::string& key) {
    auto request = OfExperiment<v1::DeleteExperimentTagRequest>(id);
    request.set_key(key);
    return experiments_.DeleteTag(call, request).status();
  }
};

TEST_P(ExperimentsTest, ANewOneIsReadByIdAndByName) {
  auto request = New("e");
  Add({{"k", "old"}, {"k", "new"}}, request.mutable_tags());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string id, Create(request));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, GetExperiment(id));
  EXPECT_EQ(read.experiment_id(), id);
  EXPECT_EQ(read.name(), "e");
  EXPECT_EQ(read.artifact_location(), "mlflow-artifacts:/" + id);
  EXPECT_EQ(read.lifecycle_stage(), "active");
  EXPECT_EQ(read.creation_time(), clock_.NowMs());
  EXPECT_EQ(read.last_update_time(), clock_.NowMs());
  EXPECT_EQ(read.workspace(), "default");
  EXPECT_THAT(AsPairs(read.tags()), ElementsAre(Pair("k", "new")));
  EXPECT_EQ(ByName(call_, "e")->experiment_id(), id);
}

TEST_P(ExperimentsTest, TheDefaultOneIsThereOnceAndOnlyInItsWorkspace) {
  ROOKERY_ASSERT_OK(workspaces_.EnsureDefault());
  EXPECT_EQ(GetExperiment("0")->name(), "Default");
  EXPECT_THAT(experiments_.Get(other_call_, OfExperiment<v1::GetExperimentRequest>("0")),
              StatusIs(kNotFound));
}

TEST_P(ExperimentsTest, ADeletedDefaultOneIsNotRevivedAtStart) {
  ROOKERY_ASSERT_OK(DeleteExperiment("0"));
  ROOKERY_ASSERT_OK(workspaces_.EnsureDefault());
  EXPECT_EQ(GetExperiment("0")->lifecycle_stage(), "deleted");
}

TEST_P(ExperimentsTest, ItsOwnLocationIsKeptAsGiven) {
  auto request = New("e");
  request.set_artifact_location("s3://b/x");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string id, Create(request));
  EXPECT_EQ(GetExperiment(id)->artifact_location(), "s3://b/x");
}

TEST_P(ExperimentsTest, BadNamesLocationsAndTagsAreRefused) {
  EXPECT_THAT(Create(New("")), StatusIs(kInvalidArgument, "Invalid experiment name: ''"));
  EXPECT_THAT(Create(New(" ")), StatusIs(kInvalidArgument, "Invalid experiment name: ' '"));
  EXPECT_THAT(Create(New(std::string(501, 'x'))),
              StatusIs(kInvalidArgument, "'name' exceeds the maximum length of 500 characters"));
  ROOKERY_EXPECT_OK(Create(New(std::string(500, 'x'))));
  auto request = New("e");
  request.set_artifact_location("s3://b/x#f");
  EXPECT_THAT(
      Create(request),
      StatusIs(kInvalidArgument, "'artifact_location' URL can't include fragments or params."));
  for (const std::string& key : {std::string(251, 'k'), std::string(), std::string("../a")}) {
    request = New("e");
    Add({{key, "v"}}, request.mutable_tags());
    EXPECT_THAT(Create(request), StatusIs(kInvalidArgument)) << key;
  }
  EXPECT_THAT(ByName(call_, "e"), StatusIs(kNotFound));
}

TEST_P(ExperimentsTest, ANameIsTakenOnceInAWorkspaceDeletedOnesIncluded) {
  const std::string id = MakeExperiment("e");
  const auto taken =
      StatusIs(kAlreadyExists, HasSubstr("Experiment(name=e) already exists. Error: "));
  EXPECT_THAT(Create(New("e")), taken);
  ROOKERY_ASSERT_OK(DeleteExperiment(id));
  EXPECT_THAT(Create(New("e")), taken);
  EXPECT_THAT(Rename(MakeExperiment("f"), "e"), taken);
  EXPECT_EQ(ByName(call_, "e")->lifecycle_stage(), "deleted");
  ROOKERY_EXPECT_OK(experiments_.Create(other_call_, New("e")));
}

TEST_P(ExperimentsTest, ACallerMayMakeTheId) {
  auto request = New("e");
  request.set_experiment_id("42");
  EXPECT_EQ(*Create(request), "42");
  request.set_name("f");
  EXPECT_THAT(Create(request), StatusIs(kAlreadyExists, "Experiment(id=42) already exists."));
  for (const char* bad : {"0", "-1", "x", "99999999999999999999"}) {
    request.set_experiment_id(bad);
    EXPECT_THAT(Create(request), StatusIs(kInvalidArgument)) << bad;
  }
}

TEST_P(ExperimentsTest, ARepeatedRequestReturnsTheFirstAnswer) {
  auto request = New("e");
  request.set_request_id("r");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string id, Create(request));
  EXPECT_EQ(*Create(request), id);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto other, experiments_.Create(other_call_, request));
  EXPECT_NE(other.experiment_id(), id);
  request.set_request_id(std::string(129, 'r'));
  EXPECT_THAT(Create(request), StatusIs(kInvalidArgument));
}

TEST_P(ExperimentsTest, TriesOfOneRequestAtOnceMakeOne) {
  auto request = New("e");
  request.set_request_id("r");
  std::vector<StatusOr<std::string>> made(8);
  AtOnce(8, [&](int i) { made[i] = Create(request); });
  ASSERT_THAT(made, Each(IsOk()));
  for (const auto& id : made) EXPECT_EQ(*id, *made[0]);
}

TEST_P(ExperimentsTest, UnknownAndMalformedIdsAreToldApart) {
  const auto absent = StatusIs(kNotFound, "No Experiment with id=9 exists");
  EXPECT_THAT(GetExperiment("9"), absent);
  EXPECT_THAT(Rename("9", "x"), absent);
  EXPECT_THAT(DeleteExperiment("9"), absent);
  EXPECT_THAT(RestoreExperiment("9"), absent);
  EXPECT_THAT(Tag(call_, "9", "k", "v"), absent);
  EXPECT_THAT(Untag(call_, "9", "k"), absent);
  const auto malformed = StatusIs(
      kInvalidArgument, "Invalid experiment ID 'abc'. Experiment ID must be a valid integer.");
  EXPECT_THAT(GetExperiment("abc"), malformed);
  EXPECT_THAT(Rename("abc", "x"), malformed);
  EXPECT_THAT(DeleteExperiment("abc"), malformed);
  EXPECT_THAT(Tag(call_, "abc", "k", "v"), malformed);
  EXPECT_THAT(Untag(call_, "abc", "k"), malformed);
  EXPECT_THAT(ByName(call_, "nope"),
              StatusIs(kNotFound, "Could not find experiment with name 'nope'"));
}

TEST_P(ExperimentsTest, RenamingMovesTheNameAndTheUpdateTime) {
  const std::string id = MakeExperiment("e");
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(Rename(id, "f"));
  EXPECT_EQ(ByName(call_, "f")->last_update_time(), clock_.NowMs());
  EXPECT_THAT(ByName(call_, "e"), StatusIs(kNotFound));
  ROOKERY_EXPECT_OK(Rename(id, "f"));
  EXPECT_THAT(Rename(id, " "), StatusIs(kInvalidArgument, "Invalid experiment name: ' '"));
  EXPECT_THAT(Rename(id, ""),
              StatusIs(kInvalidArgument,
                       "Missing value for required parameter 'new_name'. See the API docs for more "
                       "information about request parameters."));
}

TEST_P(ExperimentsTest, DeletingAndRestoringTakesTheRunsAlong) {
  const std::string id = MakeExperiment("e");
  const std::string run = MakeRun(id);
  const std::string elsewhere = MakeRun();
  ROOKERY_ASSERT_OK(DeleteExperiment(id));
  EXPECT_EQ(GetExperiment(id)->lifecycle_stage(), "deleted");
  EXPECT_EQ(GetRun(run)->info().lifecycle_stage(), "deleted");
  EXPECT_EQ(GetRun(elsewhere)->info().lifecycle_stage(), "active");
  EXPECT_THAT(DeleteExperiment(id), StatusIs(kNotFound));
  ROOKERY_ASSERT_OK(RestoreExperiment(id));
  EXPECT_EQ(GetRun(run)->info().lifecycle_stage(), "active");
  EXPECT_THAT(RestoreExperiment(id), StatusIs(kNotFound));
}

TEST_P(ExperimentsTest, ADeletedOneTakesNoWrites) {
  const std::string id = MakeExperiment("e");
  ROOKERY_ASSERT_OK(Tag(call_, id, "k", "v"));
  ROOKERY_ASSERT_OK(DeleteExperiment(id));
  const auto deleted =
      StatusIs(kInvalidArgument, "The experiment " + id +
                                     " must be in the 'active' state. Current state is deleted.");
  EXPECT_THAT(Tag(call_, id, "k", "w"), deleted);
  EXPECT_THAT(Untag(call_, id, "k"), deleted);
  EXPECT_THAT(CreateRun(call_, OfExperiment<v1::CreateRunRequest>(id)), deleted);
  EXPECT_THAT(models_.Create(call_, OfExperiment<v1::CreateLoggedModelRequest>(id)), deleted);
  EXPECT_THAT(Rename(id, "f"),
              StatusIs(kFailedPrecondition, "Cannot rename a non-active experiment."));
}

TEST_P(ExperimentsTest, TheLastTagWinsAndAnAbsentOneCannotBeDeleted) {
  const std::string id = MakeExperiment("e");
  ROOKERY_ASSERT_OK(Tag(call_, id, "k", "v"));
  ROOKERY_ASSERT_OK(Tag(call_, id, "k", ""));
  EXPECT_THAT(AsPairs(GetExperiment(id)->tags()), ElementsAre(Pair("k", "")));
  ROOKERY_ASSERT_OK(Untag(call_, id, "k"));
  EXPECT_THAT(Untag(call_, id, "k"),
              StatusIs(kNotFound, "No tag with name: k in experiment with id " + id));
  ROOKERY_EXPECT_OK(Tag(call_, id, "k", std::string(20'000, 'v')));
  EXPECT_THAT(Tag(call_, id, "k", std::string(20'001, 'v')),
              StatusIs(kInvalidArgument, "'value' exceeds the maximum length of 20000 characters"));
}

TEST_P(ExperimentsTest, TwoWorkspacesNeverMeet) {
  const std::string id = MakeExperiment("e");
  const auto absent = StatusIs(kNotFound);
  EXPECT_THAT(experiments_.Get(other_call_, OfExperiment<v1::GetExperimentRequest>(id)), absent);
  EXPECT_THAT(ByName(other_call_, "e"), absent);
  auto rename = OfExperiment<v1::UpdateExperimentRequest>(id);
  rename.set_new_name("x");
  EXPECT_THAT(experiments_.Update(other_call_, rename), absent);
  EXPECT_THAT(experiments_.Delete(other_call_, OfExperiment<v1::DeleteExperimentRequest>(id)),
              absent);
  EXPECT_THAT(Tag(other_call_, id, "k", "v"), absent);
  ROOKERY_ASSERT_OK(Tag(call_, id, "k", "v"));
  EXPECT_THAT(Untag(other_call_, id, "k"), absent);
  ROOKERY_ASSERT_OK(DeleteExperiment(id));
  EXPECT_THAT(experiments_.Restore(other_call_, OfExperiment<v1::RestoreExperimentRequest>(id)),
              absent);
}

ROOKERY_OVER_ALL_DATABASES(ExperimentsTest);

}  // namespace
}  // namespace rookery::tracking
