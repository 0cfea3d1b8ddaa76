#include "sidecar/forward/forwarder.h"

#include <gmock/gmock.h>
#include <rookery/tracking/v1/experiment.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include <numeric>
#include <vector>

#include "sidecar/testing/sidecar_test.h"

namespace rookery::sidecar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kCreateRun[] = "rookery.tracking.v1.RunService.CreateRun";
constexpr char kCreateExperiment[] = "rookery.tracking.v1.ExperimentService.CreateExperiment";

std::vector<double> UpTo(int count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

class ForwarderTest : public SidecarTest {
 protected:
  void LogUpTo(int count, int from = 0) {
    for (int i = from; i < count; ++i) Log("r", i);
  }
  // A backlog of several requests; returns how many points it has.
  int LogBacklog() {
    constexpr int kRecords = 70;
    constexpr int kPoints = 2000;
    for (int i = 0; i < kRecords; ++i) LogMany("r", i * kPoints, kPoints);
    return kRecords * kPoints;
  }
  void Spool(const std::string& rpc, const google::protobuf::Message& request) {
    absl::Notification appended;
    journal_->Call(lane().id(), MethodNamed(rpc), request,
                   [&](const StatusOr<spool::Appended>& result) {
                     ROOKERY_EXPECT_OK(result.status());
                     appended.Notify();
                   });
    appended.WaitForNotification();
  }
  std::vector<QuarantinedRecord> quarantine() { return *Quarantine(quarantine_path()).List(); }
};

TEST_F(ForwarderTest, StoresAllInOrder) {
  Start();
  LogUpTo(100);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(100));
  EXPECT_EQ(fake_->next_seq(), 100);
}

TEST_F(ForwarderTest, GoesOnAfterAStartWithWhatIsLeft) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start();
  LogUpTo(50);
  Stop();
  Start();
  LogUpTo(60, 50);
  fake_->FailBefore({});
  ROOKERY_EXPECT_OK(Flush());
  Stop();
  Start();
  LogUpTo(61, 60);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(61));
}

TEST_F(ForwarderTest, AfterAStartWhatIsLeftIsAsOldAsItIsWhateverTheUpstreamAnswers) {
  fake_->FailBefore([](const std::string&) { return absl::UnauthenticatedError("who is it?"); });
  Start();
  LogUpTo(1);
  Stop();
  const absl::Time between = absl::Now();
  Start();
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while (forwarder_->oldest() == absl::InfiniteFuture() && absl::Now() < end) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_LT(forwarder_->oldest(), between);
  fake_->FailBefore({});
  ROOKERY_EXPECT_OK(Flush());
}

TEST_F(ForwarderTest, ALostReplyDoublesNothing) {
  int calls = 0;
  fake_->FailAfter([&](const std::string& method) -> Status {
    if (method == "Ingest" && ++calls % 2 == 1) return absl::UnavailableError("reply lost");
    return absl::OkStatus();
  });
  Start();
  LogUpTo(20);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(20));
  EXPECT_GT(calls, 1);
}

TEST_F(ForwarderTest, AnUpstreamThatWasSetBackGetsWhatItLacks) {
  Start();
  LogUpTo(30);
  ROOKERY_EXPECT_OK(Flush());
  fake_->SetBack(10, 1);
  LogUpTo(31, 30);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(31));
  EXPECT_THAT(fake_->gaps(), IsEmpty());
}

TEST_F(ForwarderTest, AnUpstreamThatWasSetBackToAnOlderEpochGetsWhatItLacks) {
  Start();
  LogUpTo(5);
  ROOKERY_EXPECT_OK(Flush());
  Stop();
  Start();
  LogUpTo(30, 5);
  ROOKERY_EXPECT_OK(Flush());
  fake_->SetBack(5, 1);
  LogUpTo(31, 30);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(31));
}

TEST_F(ForwarderTest, WhatIsRefusedAloneIsKeptInQuarantine) {
  // So that all of it goes in one request.
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  fake_->RefuseRun("bad");
  Start();
  LogUpTo(10);
  Log("bad", 7);
  LogUpTo(20, 10);
  Log("bad", 8);
  fake_->FailBefore({});
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(20));
  EXPECT_THAT(quarantine(), SizeIs(2));
  EXPECT_EQ(quarantine()[0].points(), 1);
  EXPECT_EQ(quarantine()[0].reason(), "The run is deleted.");
  ASSERT_THAT(fake_->gaps(), SizeIs(2));
  EXPECT_THAT(fake_->gaps()[0].run_ids(), ElementsAre("bad"));
  EXPECT_EQ(fake_->gaps()[0].first_seq(), 10);
  EXPECT_EQ(fake_->gaps()[0].last_seq(), 10);
}

TEST_F(ForwarderTest, WhoWaitsIsToldAndNothingIsKept) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  fake_->RefuseRun("bad");
  Start();
  const spool::Position position = Log("bad", 7);
  Status told;
  absl::Notification answered;
  lane().confirmations().WhenUpstream(position, absl::Seconds(30), [&](const Status& status) {
    told = status;
    answered.Notify();
  });
  fake_->FailBefore({});
  answered.WaitForNotification();
  EXPECT_TRUE(absl::IsInvalidArgument(told)) << told;
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_THAT(quarantine(), IsEmpty());
  // The numbers are used up, and no run is said to lack anything.
  ASSERT_THAT(fake_->gaps(), SizeIs(1));
  EXPECT_THAT(fake_->gaps()[0].run_ids(), IsEmpty());
}

TEST_F(ForwarderTest, WhoAsksAfterTheRefusalIsToldAllTheSame) {
  fake_->RefuseRun("bad");
  Start();
  lane().confirmations().Announce();
  const int before = fake_->ingests();
  const spool::Position position = Log("bad", 7);
  while (fake_->ingests() == before) absl::SleepFor(absl::Milliseconds(1));
  Status told;
  absl::Notification answered;
  lane().confirmations().WhenUpstream(position, absl::Seconds(30), [&](const Status& status) {
    told = status;
    answered.Notify();
  });
  lane().confirmations().Announced();
  answered.WaitForNotification();
  EXPECT_TRUE(absl::IsInvalidArgument(told)) << told;
  EXPECT_THAT(quarantine(), IsEmpty());
}

TEST_F(ForwarderTest, AnotherUnderTheSameIdFencesIt) {
  Start();
  LogUpTo(3);
  ROOKERY_EXPECT_OK(Flush());
  fake_->OpenByAnother();
  LogUpTo(5, 3);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Flush(absl::Milliseconds(500))));
  EXPECT_TRUE(absl::IsFailedPrecondition(forwarder_->health())) << forwarder_->health();
  EXPECT_EQ(fake_->stored()["r"], UpTo(3));
}

TEST_F(ForwarderTest, CallsKeepTheirPlaceAmongTheData) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start();
  tracking::v1::CreateRunRequest made;
  made.set_run_id("r");
  made.set_experiment_id("5");
  Spool(kCreateRun, made);
  LogUpTo(3);
  bool early = false;
  int created = 0;
  fake_->FailBefore([&](const std::string& method) {
    if (method == "Ingest" && created == 0) early = true;
    if (method == "CreateRun") ++created;
    return absl::OkStatus();
  });
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_FALSE(early);
  EXPECT_THAT(fake_->created_runs(), SizeIs(1));
  EXPECT_EQ(fake_->stored()["r"], UpTo(3));
}

TEST_F(ForwarderTest, AnExperimentThatSomebodyElseMadeTakesThePlaceOfOurs) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  fake_->HaveExperiment("penguins", "99");
  Start();
  tracking::v1::CreateExperimentRequest experiment;
  experiment.set_name("penguins");
  experiment.set_experiment_id("5");
  Spool(kCreateExperiment, experiment);
  tracking::v1::CreateRunRequest made;
  made.set_run_id("r");
  made.set_experiment_id("5");
  Spool(kCreateRun, made);
  fake_->FailBefore({});
  ROOKERY_EXPECT_OK(Flush());
  ASSERT_THAT(fake_->created_runs(), SizeIs(1));
  EXPECT_EQ(fake_->created_runs()[0].experiment_id(), "99");
  EXPECT_EQ(journal_->memory().UpstreamExperimentId(lane().id(), "5"), "99");
}

TEST_F(ForwarderTest, ARequestThatComesAgainAfterAStartIsAnsweredAndNotStored) {
  WriteRecord write;
  auto& columns = *write.add_runs()->mutable_metrics();
  columns.set_run_id("r");
  columns.add_keys("k");
  columns.add_value(1);
  columns.add_timestamp_ms(1);
  columns.add_step(1);
  columns.add_key_index(0);
  columns.add_key_points(1);
  const auto log = [&] {
    absl::Notification answered;
    StatusOr<spool::Appended> result = absl::UnknownError("");
    journal_->Write(lane().id(), write, spool::Priority::kMetrics, spool::AckLevel::kDurable,
                    [&](const StatusOr<spool::Appended>& appended) {
                      result = appended;
                      answered.Notify();
                    });
    answered.WaitForNotification();
    return result;
  };
  Start();
  const auto first = log();
  const auto again = log();
  Stop();
  Start();
  const auto later = log();
  for (const auto& result : {first, again, later}) ROOKERY_ASSERT_OK(result.status());
  EXPECT_EQ(again->position, first->position);
  EXPECT_EQ(later->position, first->position);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_THAT(fake_->stored()["r"], ElementsAre(1));
}

TEST_F(ForwarderTest, ManyRecordsGoTogether) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start();
  LogUpTo(500);
  fake_->FailBefore({});
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(500));
  EXPECT_LE(fake_->ingests(), 3);
}

TEST_F(ForwarderTest, WhatComesOneByOneGathersUntilSomebodyWaits) {
  Start(/*pace=*/absl::Hours(1));
  LogUpTo(1);
  while (fake_->ingests() == 0) absl::SleepFor(absl::Milliseconds(1));
  LogUpTo(100, 1);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(100));
  EXPECT_EQ(fake_->ingests(), 2);
}

TEST_F(ForwarderTest, ABacklogDoesNotKeepToThePace) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start(/*pace=*/absl::Hours(1));
  const int points = LogBacklog();
  fake_->FailBefore({});
  while (fake_->next_seq() < points) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_GT(fake_->ingests(), 1);
}

TEST_F(ForwarderTest, ABacklogGoesInOrderThoughRepliesAreLostAndARecordIsRefused) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  fake_->RefuseRun("bad");
  Start();
  const int points = LogBacklog();
  Log("bad", 7);
  LogMany("r", points, 2000);
  Stop();
  int calls = 0;
  fake_->FailAfter([&](const std::string& method) -> Status {
    if (method != "Ingest") return absl::OkStatus();
    ++calls;
    return calls == 1 || calls == 3 ? absl::UnavailableError("reply lost") : absl::OkStatus();
  });
  fake_->FailBefore({});
  Start();
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(points + 2000));
  EXPECT_THAT(quarantine(), SizeIs(1));
  EXPECT_GT(calls, 4);
}

TEST_F(ForwarderTest, ABacklogGoesByAStreamOnWhichTheNextRequestDoesNotWait) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start();
  const int points = LogBacklog();
  Stop();
  fake_->FailBefore({});
  Start();
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(points));
  EXPECT_EQ(fake_->streams(), 1);
  EXPECT_EQ(fake_->most_waiting(), 2);
}

TEST_F(ForwarderTest, AStreamDoesNotLastAsLongAsABacklog) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start();
  const int points = LogBacklog();
  Stop();
  fake_->FailBefore([](const std::string& method) {
    if (method == "Ingest") absl::SleepFor(absl::Milliseconds(600));
    return absl::OkStatus();
  });
  Start();
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(points));
  EXPECT_GT(fake_->streams(), 1);
}

TEST_F(ForwarderTest, WhatComesLiveGoesInCallsOfItsOwn) {
  Start();
  LogUpTo(20);
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->streams(), 0);
}

// What was read ahead is then not what comes next: neither after the first answer, nor when the
// first request is answered with a number behind the second.
TEST_F(ForwarderTest, ABacklogGoesOnWhereTheUpstreamSaysThatItIs) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  Start();
  const int points = LogBacklog();
  Stop();
  int calls = 0;
  fake_->FailBefore([&](const std::string& method) -> Status {
    if (method != "Ingest" || ++calls != 3) return absl::OkStatus();
    return WithFact(absl::OutOfRangeError("set back"), "next_seq", "0");
  });
  Start();
  ROOKERY_EXPECT_OK(Flush());
  EXPECT_EQ(fake_->stored()["r"], UpTo(points));
  EXPECT_THAT(fake_->gaps(), IsEmpty());
  EXPECT_GT(calls, 4);
}

}  // namespace
}  // namespace rookery::sidecar
