// Runs that are made in one transaction.
#include "services/tracking/domain/run_creation.h"

#include <gmock/gmock.h>

#include <map>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;
using enum absl::StatusCode;

class RunCreationTest : public TrackingTest {
 protected:
  // Asks for all of these, then makes them in one group. Each answer's place is its request's.
  std::vector<StatusOr<v1::Run>> CreateTogether(const std::vector<v1::CreateRunRequest>& requests) {
    RunCreation creation(*database_, locations_, clock_, {.has_thread = false});
    std::vector<StatusOr<v1::Run>> answers(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      creation.Create(call_, requests[i], [&answers, i](StatusOr<v1::CreateRunResponse> result) {
        if (result.ok()) {
          answers[i] = std::move(*result->mutable_run());
        } else {
          answers[i] = result.status();
        }
      });
    }
    EXPECT_TRUE(creation.CommitNext());
    EXPECT_FALSE(creation.CommitNext());
    return answers;
  }
  static v1::CreateRunRequest WithRequestId(const std::string& id) {
    v1::CreateRunRequest request;
    request.set_request_id(id);
    return request;
  }
};

TEST_P(RunCreationTest, EachIsStoredAsItIsAnswered) {
  const std::string experiment = MakeExperiment("e");
  auto first = OfExperiment<v1::CreateRunRequest>(experiment);
  first.set_run_name("a");
  first.set_user_id("u");
  Add({{"z", "1"}, {"b", "2"}, {"z", "3"}}, first.mutable_tags());
  v1::CreateRunRequest second;
  second.set_start_time(7);
  const auto made = CreateTogether({first, second});
  ASSERT_THAT(made, Each(IsOk()));
  for (const auto& run : made) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, GetRun(run->info().run_id()));
    EXPECT_EQ(read.info().SerializeAsString(), run->info().SerializeAsString());
    EXPECT_EQ(read.data().SerializeAsString(), run->data().SerializeAsString());
  }
  EXPECT_EQ(made[0]->info().experiment_id(), experiment);
  EXPECT_THAT(AsPairs(made[0]->data().tags()),
              ElementsAre(Pair("b", "2"), Pair("mlflow.runName", "a"), Pair("z", "3")));
}

TEST_P(RunCreationTest, BadOnesFailAlone) {
  const std::string deleted = MakeExperiment("deleted");
  ROOKERY_ASSERT_OK(DeleteExperiment(deleted));
  ROOKERY_ASSERT_OK(CreateRun(call_, OfRun<v1::CreateRunRequest>("old")));
  v1::CreateRunRequest unprintable;
  Add({{"k", std::string("\0", 1)}}, unprintable.mutable_tags());
  const auto made = CreateTogether({
      {},
      OfExperiment<v1::CreateRunRequest>(deleted),
      OfExperiment<v1::CreateRunRequest>("9"),
      OfRun<v1::CreateRunRequest>("old"),
      OfRun<v1::CreateRunRequest>("new"),
      OfRun<v1::CreateRunRequest>("new"),
      unprintable,
      {},
  });
  EXPECT_THAT(made, ElementsAre(IsOk(),
                                StatusIs(kInvalidArgument,
                                         "The experiment " + deleted +
                                             " must be in the 'active' state. Current state is "
                                             "deleted."),
                                StatusIs(kNotFound, "No Experiment with id=9 exists"),
                                StatusIs(kAlreadyExists, "Run with id=old already exists."), IsOk(),
                                StatusIs(kAlreadyExists, "Run with id=new already exists."),
                                StatusIs(kInvalidArgument), IsOk()));
  for (const auto& run : made) {
    if (run.ok()) {
      ROOKERY_EXPECT_OK(GetRun(run->info().run_id()));
    }
  }
}

TEST_P(RunCreationTest, ARequestRepeatedInAGroupMakesOneRun) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto before, CreateRun(call_, WithRequestId("before")));
  const auto made = CreateTogether(
      {WithRequestId("before"), WithRequestId("r"), {}, WithRequestId("r"), WithRequestId("s")});
  ASSERT_THAT(made, Each(IsOk()));
  EXPECT_EQ(made[0]->SerializeAsString(), before.run().SerializeAsString());
  EXPECT_EQ(made[3]->SerializeAsString(), made[1]->SerializeAsString());
  EXPECT_NE(made[4]->info().run_id(), made[1]->info().run_id());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto again, CreateRun(call_, WithRequestId("s")));
  EXPECT_EQ(again.run().info().run_id(), made[4]->info().run_id());
}

TEST_P(RunCreationTest, ARequestThatWasRefusedMayBeTriedAgain) {
  auto request = WithRequestId("r");
  request.set_experiment_id("9");
  EXPECT_THAT(CreateTogether({request, request}), AllOf(SizeIs(2), Each(StatusIs(kNotFound))));
  request.set_experiment_id("0");
  EXPECT_THAT(CreateTogether({request}), ElementsAre(IsOk()));
}

TEST_P(RunCreationTest, WorkspacesShareAGroupAndNothingElse) {
  RunCreation creation(*database_, locations_, clock_, {.has_thread = false});
  std::map<std::string, Status> answers;
  for (const CallContext* call : {&call_, &other_call_}) {
    creation.Create(*call, OfRun<v1::CreateRunRequest>("r"), [&answers, call](const auto& result) {
      answers[call->workspace] = result.status();
    });
  }
  creation.CommitNext();
  // Only one of them has the experiment.
  EXPECT_THAT(answers, ElementsAre(Pair("default", IsOk()), Pair("other", StatusIs(kNotFound))));
}

TEST_P(RunCreationTest, RunsWithoutAnExperimentGoToTheDefaultOfTheirWorkspace) {
  v1::CreateWorkspaceRequest team;
  team.set_name("team");
  ROOKERY_ASSERT_OK(workspaces_.Create(call_, team));
  v1::GetExperimentByNameRequest by_name;
  by_name.set_experiment_name("Default");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto experiment,
                               experiments_.GetByName(InWorkspace("team"), by_name));
  // Clients say "0" if their user said nothing.
  for (const std::string id : {"", "0"}) {
    const auto request = OfExperiment<v1::CreateRunRequest>(id);
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, CreateRun(InWorkspace("team"), request));
    EXPECT_EQ(made.run().info().experiment_id(), experiment.experiment().experiment_id());
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto of_default, CreateRun(call_, request));
    EXPECT_EQ(of_default.run().info().experiment_id(), "0");
  }
}

TEST_P(RunCreationTest, CreatorsOfTwoServersAtOnceMakeOneRunOfARequest) {
  // Another server on the same database.
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto other_database, db::Database::Open(database_.uri(), {}));
  RunContents contents(*other_database, metrics_, {});
  Runs other(*other_database, contents, locations_, clock_);
  std::vector<std::string> ids(8);
  AtOnce(8, [&](int i) {
    absl::Notification answered;
    (i % 2 == 0 ? runs_ : other)
        .Create(call_, WithRequestId("r"), [&](StatusOr<v1::CreateRunResponse> result) {
          ids[i] = result.ok() ? result->run().info().run_id() : result.status().ToString();
          answered.Notify();
        });
    answered.WaitForNotification();
  });
  EXPECT_THAT(ids, Each(ids[0]));
}

ROOKERY_OVER_ALL_DATABASES(RunCreationTest);

}  // namespace
}  // namespace rookery::tracking
