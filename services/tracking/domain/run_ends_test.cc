#include "services/tracking/domain/run_ends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "services/tracking/domain/ingest.h"
#include "services/tracking/rules/tags.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

// A driver and workers, each a producer, and one run.
class RunEndsTest : public testing::TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
  }

  void Open(const std::string& producer) {
    v1::OpenProducerRequest request;
    request.set_producer_id(producer);
    const auto opened = ingest_.Open(call_, request);
    ROOKERY_ASSERT_OK(opened);
    producers_[producer] = *opened;
  }
  // By the replica of `ingest`.
  void Send(Ingest& ingest, const std::string& producer, const v1::RunIngest& run) {
    if (!producers_.contains(producer)) Open(producer);
    v1::OpenProducerResponse& known = producers_[producer];
    v1::IngestRequest request;
    request.set_producer_id(producer);
    request.set_epoch(known.epoch());
    request.set_first_seq(known.next_seq());
    *request.add_runs() = run;
    const auto answer = Waiting(ingest, &Ingest::Write, request);
    ROOKERY_ASSERT_OK(answer);
    known.set_next_seq(answer->next_seq());
  }
  void LogBy(const std::string& producer) { LogBy(ingest_, producer); }
  void LogBy(Ingest& ingest, const std::string& producer) {
    v1::RunIngest run;
    run.mutable_metrics()->set_run_id(run_);
    testing::Add({{"by", producer}}, run.mutable_tags());
    Send(ingest, producer, run);
  }
  void EndBy(const std::string& producer, v1::RunStatus status = v1::FINISHED) {
    EndBy(ingest_, producer, status);
  }
  void EndBy(Ingest& ingest, const std::string& producer, v1::RunStatus status = v1::FINISHED) {
    v1::RunIngest run;
    run.mutable_metrics()->set_run_id(run_);
    run.mutable_end()->set_status(status);
    run.mutable_end()->set_end_time(77);
    Send(ingest, producer, run);
  }
  v1::CatchUpRequest From(const std::string& producer) {
    v1::CatchUpRequest request;
    request.set_producer_id(producer);
    request.set_epoch(producers_[producer].epoch());
    return request;
  }
  v1::CatchUpResponse Ask(const std::string& producer) {
    const auto answer = ends_.CatchUp(call_, From(producer));
    ROOKERY_EXPECT_OK(answer);
    return *answer;
  }
  // With all that waits for it.
  v1::CatchUpResponse CatchUp(const std::string& producer) {
    v1::CatchUpRequest request = From(producer);
    *request.mutable_end_ids() = Ask(producer).awaited_end_ids();
    const auto answer = ends_.CatchUp(call_, request);
    ROOKERY_EXPECT_OK(answer);
    return *answer;
  }
  void Leave(const std::string& producer) {
    v1::CatchUpRequest request = From(producer);
    request.set_leaves(true);
    ROOKERY_EXPECT_OK(ends_.CatchUp(call_, request));
  }
  v1::RunStatus Status() { return GetRun(run_)->info().status(); }
  testing::Pairs Tags() { return testing::AsPairs(GetRun(run_)->data().tags()); }
  void UpdateStatus(v1::RunStatus status) {
    v1::UpdateRunRequest request;
    request.set_run_id(run_);
    request.set_status(status);
    ROOKERY_EXPECT_OK(runs_.Update(call_, request));
  }

  Ingest ingest_{*database_, log_commit_, clock_};
  // Another replica, which knows other writers to be on record.
  LogCommit other_commit_{*database_, metrics_, signals_, clock_, nullptr};
  Ingest other_ingest_{*database_, other_commit_, clock_};
  metrics::Registry registry_;
  RunEnds ends_{*database_, clock_, {.has_thread = false, .metrics = &registry_}};
  std::string run_;
  std::map<std::string, v1::OpenProducerResponse> producers_;
};

TEST_P(RunEndsTest, TheEndOfARunOfOneIsAppliedAtOnce) {
  LogBy("driver");
  EXPECT_TRUE(Ask("driver").has_open_runs());
  EndBy("driver");
  EXPECT_EQ(Status(), v1::FINISHED);
  EXPECT_EQ(GetRun(run_)->info().end_time(), 77);
  EXPECT_FALSE(Ask("driver").has_open_runs());
}

TEST_P(RunEndsTest, AnEndWaitsForAllOthers) {
  for (const char* producer : {"driver", "w1", "w2"}) LogBy(producer);
  EndBy("driver", v1::FAILED);
  EXPECT_EQ(Status(), v1::RUNNING);
  EXPECT_THAT(Ask("driver").awaited_end_ids(), IsEmpty());
  EXPECT_THAT(CatchUp("w1").awaited_end_ids(), IsEmpty());
  EXPECT_EQ(Status(), v1::RUNNING);
  EXPECT_FALSE(CatchUp("w2").has_open_runs());
  EXPECT_EQ(Status(), v1::FAILED);
  EXPECT_EQ(GetRun(run_)->info().end_time(), 77);
  EXPECT_THAT(Tags(), Not(Contains(Pair(kLateDataTag, "true"))));
  EXPECT_FALSE(Ask("driver").has_open_runs());
}

TEST_P(RunEndsTest, AnEndOfOneWhoWroteNothingElseWaitsToo) {
  LogBy("w1");
  EndBy("driver");
  EXPECT_EQ(Status(), v1::RUNNING);
  CatchUp("w1");
  EXPECT_EQ(Status(), v1::FINISHED);
}

TEST_P(RunEndsTest, WhoeverWritesWhileAnEndWaitsIsWaitedForToo) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  LogBy("w2");
  CatchUp("w1");
  EXPECT_EQ(Status(), v1::RUNNING);
  CatchUp("w2");
  EXPECT_EQ(Status(), v1::FINISHED);
}

TEST_P(RunEndsTest, ASecondEndAsksEverybodyAgain) {
  for (const char* producer : {"driver", "w1", "w2"}) LogBy(producer);
  EndBy("driver");
  CatchUp("w1");
  const auto first = Ask("w2").awaited_end_ids();
  EndBy("driver", v1::KILLED);
  v1::CatchUpRequest late = From("w2");
  *late.mutable_end_ids() = first;
  const auto answer = ends_.CatchUp(call_, late);
  ROOKERY_ASSERT_OK(answer);
  EXPECT_THAT(answer->awaited_end_ids(), SizeIs(1));
  EXPECT_EQ(Status(), v1::RUNNING);
  CatchUp("w2");
  EXPECT_EQ(Status(), v1::RUNNING);
  CatchUp("w1");
  EXPECT_EQ(Status(), v1::KILLED);
}

TEST_P(RunEndsTest, EveryWorkerMayEndTheRun) {
  for (const char* producer : {"w1", "w2", "w3"}) LogBy(producer);
  for (const char* producer : {"w1", "w2", "w3"}) EndBy(producer);
  EXPECT_EQ(Status(), v1::RUNNING);
  CatchUp("w1");
  CatchUp("w2");
  EXPECT_EQ(Status(), v1::FINISHED);
}

TEST_P(RunEndsTest, WhoeverLeavesIsNotWaitedFor) {
  for (const char* producer : {"driver", "w1", "w2"}) LogBy(producer);
  Leave("w1");
  EndBy("driver");
  EXPECT_EQ(Status(), v1::RUNNING);
  Leave("w2");
  EXPECT_EQ(Status(), v1::FINISHED);
}

TEST_P(RunEndsTest, WhoeverLeftAndWritesAgainIsWaitedFor) {
  LogBy("driver");
  LogBy("w1");
  Leave("w1");
  Open("w1");
  LogBy("w1");
  EndBy("driver");
  EXPECT_EQ(Status(), v1::RUNNING);
}

TEST_P(RunEndsTest, AFencedProducerIsNotBelieved) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  v1::CatchUpRequest request = From("w1");
  *request.mutable_end_ids() = Ask("w1").awaited_end_ids();
  Open("w1");
  EXPECT_TRUE(absl::IsFailedPrecondition(ends_.CatchUp(call_, request).status()));
  request = From("nobody");
  request.set_leaves(true);
  EXPECT_TRUE(absl::IsNotFound(ends_.CatchUp(call_, request).status()));
  EXPECT_EQ(Status(), v1::RUNNING);
}

// After a restore from a backup: the producer takes for stored what is not.
TEST_P(RunEndsTest, WhoeverHasSentMoreThanIsThereHasNotCaughtUp) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  v1::CatchUpRequest request = From("w1");
  *request.mutable_end_ids() = Ask("w1").awaited_end_ids();
  request.set_next_seq(2);
  const auto refused = ends_.CatchUp(call_, request);
  EXPECT_TRUE(absl::IsOutOfRange(refused.status()));
  EXPECT_EQ(Facts(refused.status())["next_seq"], "1");
  EXPECT_EQ(Status(), v1::RUNNING);
  request.set_next_seq(1);
  ROOKERY_EXPECT_OK(ends_.CatchUp(call_, request));
  EXPECT_EQ(Status(), v1::FINISHED);
}

TEST_P(RunEndsTest, AProducerAnswersForItsOwnWorkspaceOnly) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  v1::CatchUpRequest request = From("w1");
  *request.mutable_end_ids() = Ask("w1").awaited_end_ids();
  EXPECT_TRUE(absl::IsNotFound(ends_.CatchUp(other_call_, request).status()));
  EXPECT_EQ(Status(), v1::RUNNING);
}

TEST_P(RunEndsTest, UpdateRunEndsAtOnceAndDropsWhatWaits) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  UpdateStatus(v1::KILLED);
  EXPECT_EQ(Status(), v1::KILLED);
  EXPECT_FALSE(Ask("w1").has_open_runs());
  clock_.Advance(absl::Hours(1));
  ROOKERY_EXPECT_OK(ends_.ApplyLate());
  EXPECT_EQ(Status(), v1::KILLED);
}

TEST_P(RunEndsTest, ARunThatGoesOnDropsItsEnd) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  EndBy("driver", v1::RUNNING);
  EXPECT_THAT(Ask("w1").awaited_end_ids(), IsEmpty());
  EXPECT_TRUE(Ask("w1").has_open_runs());
  EndBy("driver");
  CatchUp("w1");
  EXPECT_EQ(Status(), v1::FINISHED);
}

// The replica that did not see the end takes nobody for known who wrote before.
TEST_P(RunEndsTest, ARunThatWasEndedElsewhereAndGoesOnKnowsItsWriters) {
  LogBy(other_ingest_, "w1");
  LogBy("driver");
  EndBy("driver");
  CatchUp("w1");
  ASSERT_EQ(Status(), v1::FINISHED);
  LogBy(other_ingest_, "w1");
  EXPECT_FALSE(Ask("w1").has_open_runs());
  UpdateStatus(v1::RUNNING);
  LogBy(other_ingest_, "w1");
  EndBy("driver");
  EXPECT_EQ(Status(), v1::RUNNING);
}

TEST_P(RunEndsTest, AfterTheGraceTheRunSaysWhatItMayLack) {
  LogBy("driver");
  LogBy("w1");
  EndBy("driver");
  clock_.Advance(absl::Seconds(59));
  // Its time is the first one's.
  EndBy("driver");
  ROOKERY_EXPECT_OK(ends_.ApplyLate());
  EXPECT_EQ(Status(), v1::RUNNING);
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_pending_run_ends 1"));
  clock_.Advance(absl::Seconds(1));
  ROOKERY_EXPECT_OK(ends_.ApplyLate());
  EXPECT_EQ(Status(), v1::FINISHED);
  EXPECT_THAT(Tags(), Contains(Pair(kLateDataTag, "true")));
  ROOKERY_EXPECT_OK(ends_.ApplyLate());
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_pending_run_ends 0"));
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_run_ends_by_grace_total 1"));
  LogBy("w1");
  EXPECT_THAT(Tags(), Contains(Pair("by", "w1")));
  EXPECT_FALSE(Ask("w1").has_open_runs());
}

TEST_P(RunEndsTest, OfManyWhoAnswerAtOnceOneIsTheLast) {
  constexpr int kWorkers = 8;
  for (int round = 0; round < 5; ++round) {
    run_ = MakeRun();
    LogBy("driver");
    for (int i = 0; i < kWorkers; ++i) LogBy("w" + std::to_string(i));
    EndBy("driver");
    testing::AtOnce(kWorkers + 1, [&](int i) {
      // Who looks for late ends meanwhile finds none.
      if (i == kWorkers) {
        ROOKERY_EXPECT_OK(ends_.ApplyLate());
      } else {
        CatchUp("w" + std::to_string(i));
      }
    });
    EXPECT_EQ(Status(), v1::FINISHED);
  }
}

ROOKERY_OVER_ALL_DATABASES(RunEndsTest);

}  // namespace
}  // namespace rookery::tracking
