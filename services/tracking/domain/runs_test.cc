#include "services/tracking/domain/runs.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pair;
using enum absl::StatusCode;

class RunsTest : public TrackingTest {
 protected:
  StatusOr<v1::Run> Create(const v1::CreateRunRequest& request) {
    ASSIGN_OR_RETURN(auto response, CreateRun(call_, request));
    return response.run();
  }
  StatusOr<v1::RunInfo> Rename(const std::string& id, const std::string& name) {
    auto request = OfRun<v1::UpdateRunRequest>(id);
    request.set_run_name(name);
    ASSIGN_OR_RETURN(auto response, runs_.Update(call_, request));
    return response.run_info();
  }
  Status Restore(const std::string& id) {
    return runs_.Restore(call_, OfRun<v1::RestoreRunRequest>(id)).status();
  }
};

TEST_P(RunsTest, ANewOneRunsAndIsReadByEitherNameOfItsId) {
  auto request = OfExperiment<v1::CreateRunRequest>("0");
  request.set_user_id("u");
  request.set_start_time(5);
  request.set_run_name("n");
  Add({{"t", "old"}, {"t", "new"}}, request.mutable_tags());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, Create(request));
  const v1::RunInfo& info = made.info();
  EXPECT_EQ(info.run_uuid(), info.run_id());
  EXPECT_EQ(info.run_name(), "n");
  EXPECT_EQ(info.experiment_id(), "0");
  EXPECT_EQ(info.user_id(), "u");
  EXPECT_EQ(info.status(), v1::RUNNING);
  EXPECT_EQ(info.start_time(), 5);
  EXPECT_FALSE(info.has_end_time());
  EXPECT_EQ(info.artifact_uri(), "mlflow-artifacts:/0/" + info.run_id() + "/artifacts");
  EXPECT_EQ(info.lifecycle_stage(), "active");
  EXPECT_THAT(AsPairs(made.data().tags()),
              ElementsAre(Pair("mlflow.runName", "n"), Pair("t", "new")));
  EXPECT_FALSE(made.has_outputs());
  v1::GetRunRequest by_uuid;
  by_uuid.set_run_uuid(info.run_id());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, runs_.Get(call_, by_uuid));
  EXPECT_EQ(read.run().info().SerializeAsString(), info.SerializeAsString());
  EXPECT_TRUE(read.run().has_inputs());
  EXPECT_TRUE(read.run().has_outputs());
}

TEST_P(RunsTest, AnEmptyRequestMakesANamedRunOfTheDefaultExperimentNow) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, Create({}));
  EXPECT_EQ(made.info().experiment_id(), "0");
  EXPECT_EQ(made.info().start_time(), 0);
  EXPECT_NE(made.info().run_name(), "");
  EXPECT_THAT(AsPairs(made.data().tags()),
              ElementsAre(Pair("mlflow.runName", made.info().run_name())));
}

TEST_P(RunsTest, TheNameMayComeFromTheTagButMustNotDifferFromIt) {
  v1::CreateRunRequest request;
  Add({{"mlflow.runName", "tag"}}, request.mutable_tags());
  EXPECT_EQ(Create(request)->info().run_name(), "tag");
  request.set_run_name("tag");
  EXPECT_EQ(Create(request)->info().run_name(), "tag");
  request.set_run_name("other");
  EXPECT_THAT(Create(request),
              StatusIs(kInvalidArgument,
                       "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with "
                       "different values (run_name='other', mlflow.runName='tag')."));
  request.clear_run_name();
  request.mutable_tags(0)->set_value("");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto named, Create(request));
  EXPECT_NE(named.info().run_name(), "");
}

TEST_P(RunsTest, BadExperimentsIdsAndTagsAreRefused) {
  EXPECT_THAT(Create(OfExperiment<v1::CreateRunRequest>("9")),
              StatusIs(kNotFound, "No Experiment with id=9 exists"));
  EXPECT_THAT(Create(OfExperiment<v1::CreateRunRequest>("abc")),
              StatusIs(kInvalidArgument,
                       "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."));
  v1::CreateRunRequest request;
  Add({{std::string(251, 'k'), "v"}}, request.mutable_tags());
  EXPECT_THAT(
      Create(request),
      StatusIs(kInvalidArgument, "'tags[0].key' exceeds the maximum length of 250 characters"));
  EXPECT_THAT(Create(OfRun<v1::CreateRunRequest>("a/b")),
              StatusIs(kInvalidArgument, "Invalid value \"a/b\" for parameter 'run_id' supplied."));
}

TEST_P(RunsTest, ACallerMayMakeTheId) {
  EXPECT_EQ(Create(OfRun<v1::CreateRunRequest>("mine"))->info().run_id(), "mine");
  EXPECT_THAT(Create(OfRun<v1::CreateRunRequest>("mine")),
              StatusIs(kAlreadyExists, "Run with id=mine already exists."));
}

TEST_P(RunsTest, ARepeatedRequestReturnsTheFirstRunAsItIsNow) {
  v1::CreateRunRequest request;
  request.set_request_id("r");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto first, Create(request));
  ROOKERY_ASSERT_OK(SetTag(first.info().run_id(), "k", "v"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto again, Create(request));
  EXPECT_EQ(again.info().SerializeAsString(), first.info().SerializeAsString());
  EXPECT_EQ(again.data().tags_size(), 2);
  request.set_request_id("s");
  EXPECT_NE(Create(request)->info().run_id(), first.info().run_id());
}

TEST_P(RunsTest, TriesOfOneRequestAtOnceMakeOne) {
  v1::CreateRunRequest request;
  request.set_request_id("r");
  std::vector<StatusOr<v1::Run>> made(8);
  AtOnce(8, [&](int i) { made[i] = Create(request); });
  ASSERT_THAT(made, Each(IsOk()));
  for (const auto& run : made) EXPECT_EQ(run->info().run_id(), made[0]->info().run_id());
}

TEST_P(RunsTest, AnUpdateChangesWhatItNames) {
  const std::string id = MakeRun();
  auto request = OfRun<v1::UpdateRunRequest>(id);
  request.set_status(v1::FINISHED);
  request.set_end_time(9);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto updated, runs_.Update(call_, request));
  EXPECT_EQ(updated.run_info().status(), v1::FINISHED);
  EXPECT_EQ(updated.run_info().end_time(), 9);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto renamed, Rename(id, "n"));
  EXPECT_EQ(renamed.status(), v1::FINISHED);
  EXPECT_EQ(renamed.end_time(), 9);
  EXPECT_EQ(renamed.run_name(), "n");
}

TEST_P(RunsTest, TheNameAndItsTagStayAlike) {
  const std::string id = MakeRun();
  const auto names = [&] {
    const auto run = GetRun(id);
    return std::pair(run->info().run_name(), AsPairs(run->data().tags()));
  };
  const auto both = [](const std::string& name) {
    return std::pair(name, Pairs{{"mlflow.runName", name}});
  };
  ROOKERY_ASSERT_OK(Rename(id, "a"));
  EXPECT_EQ(names(), both("a"));
  ROOKERY_ASSERT_OK(SetTag(id, "mlflow.runName", "b"));
  EXPECT_EQ(names(), both("b"));
  ROOKERY_ASSERT_OK(Log(id, {.tags = {{"mlflow.runName", "c"}, {"mlflow.runName", "d"}}}));
  EXPECT_EQ(names(), both("d"));
}

TEST_P(RunsTest, AnEmptyNameIsIgnoredHoweverItComes) {
  const std::string id = MakeRun();
  ROOKERY_ASSERT_OK(Rename(id, "a"));
  ROOKERY_ASSERT_OK(Rename(id, ""));
  ROOKERY_ASSERT_OK(SetTag(id, "mlflow.runName", ""));
  ROOKERY_ASSERT_OK(Log(id, {.tags = {{"mlflow.runName", "b"}, {"mlflow.runName", ""}}}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto run, GetRun(id));
  EXPECT_EQ(run.info().run_name(), "b");
  EXPECT_THAT(AsPairs(run.data().tags()), ElementsAre(Pair("mlflow.runName", "b")));
}

TEST_P(RunsTest, AnUnknownStatusIsRefused) {
  auto request = OfRun<v1::UpdateRunRequest>(MakeRun());
  request.set_status(static_cast<v1::RunStatus>(99));
  EXPECT_THAT(runs_.Update(call_, request), StatusIs(kInvalidArgument));
}

TEST_P(RunsTest, UnknownAndMissingIdsAreToldApart) {
  const auto absent = StatusIs(kNotFound, "Run with id=nope not found");
  EXPECT_THAT(GetRun("nope"), absent);
  EXPECT_THAT(Rename("nope", "n"), absent);
  EXPECT_THAT(DeleteRun("nope"), absent);
  EXPECT_THAT(Restore("nope"), absent);
  const auto missing = StatusIs(kInvalidArgument,
                                "Missing value for required parameter 'run_id'. See the API docs "
                                "for more information about request parameters.");
  EXPECT_THAT(runs_.Get(call_, {}), missing);
  EXPECT_THAT(runs_.Update(call_, {}), missing);
}

TEST_P(RunsTest, DeletingAndRestoringAreIdempotentAndReadsGoOn) {
  const std::string id = MakeRun();
  ROOKERY_ASSERT_OK(DeleteRun(id));
  ROOKERY_ASSERT_OK(DeleteRun(id));
  EXPECT_EQ(GetRun(id)->info().lifecycle_stage(), "deleted");
  EXPECT_THAT(Rename(id, "n"),
              StatusIs(kInvalidArgument, "The run " + id +
                                             " must be in the 'active' state. Current state is "
                                             "deleted."));
  ROOKERY_ASSERT_OK(Restore(id));
  ROOKERY_ASSERT_OK(Restore(id));
  EXPECT_EQ(GetRun(id)->info().lifecycle_stage(), "active");
  ROOKERY_EXPECT_OK(Rename(id, "n"));
}

TEST_P(RunsTest, TwoWorkspacesNeverMeet) {
  const std::string id = MakeRun();
  const auto absent = StatusIs(kNotFound);
  EXPECT_THAT(runs_.Get(other_call_, OfRun<v1::GetRunRequest>(id)), absent);
  EXPECT_THAT(runs_.Update(other_call_, OfRun<v1::UpdateRunRequest>(id)), absent);
  EXPECT_THAT(runs_.Delete(other_call_, OfRun<v1::DeleteRunRequest>(id)), absent);
  EXPECT_THAT(runs_.Restore(other_call_, OfRun<v1::RestoreRunRequest>(id)), absent);
  EXPECT_THAT(CreateRun(other_call_, OfExperiment<v1::CreateRunRequest>("0")), absent);
  EXPECT_THAT(
      Waiting(log_, &RunLog::LogBatch, other_call_, AsRequest(id, {.params = {{"k", "v"}}})),
      absent);
  EXPECT_EQ(GetRun(id)->info().lifecycle_stage(), "active");
  EXPECT_EQ(GetRun(id)->data().params_size(), 0);
}

ROOKERY_OVER_ALL_DATABASES(RunsTest);

}  // namespace
}  // namespace rookery::tracking
