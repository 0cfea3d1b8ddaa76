#include "services/tracking/domain/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "libs/db/testing/forwarding_database.h"
#include "services/tracking/store/segment_store.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using ::testing::HasSubstr;

class IngestTest : public testing::TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
    epoch_ = Open("p").epoch();
  }

  v1::OpenProducerResponse Open(const std::string& producer) {
    v1::OpenProducerRequest request;
    request.set_producer_id(producer);
    const auto opened = ingest_.Open(call_, request);
    ROOKERY_EXPECT_OK(opened);
    return *opened;
  }
  // Points of one key with the steps [first, first + count), which are their numbers too.
  v1::IngestRequest Request(int64_t first, int count, const std::string& producer = "p") {
    v1::IngestRequest request;
    request.set_producer_id(producer);
    request.set_epoch(epoch_);
    request.set_first_seq(first);
    v1::MetricColumns* columns = request.add_runs()->mutable_metrics();
    columns->set_run_id(run_);
    columns->add_keys("loss");
    columns->add_key_index(0);
    columns->add_key_points(static_cast<uint32_t>(count));
    for (int i = 0; i < count; ++i) {
      columns->add_step(first + i);
      columns->add_timestamp_ms(1000 + first + i);
      columns->add_value(0.5);
    }
    return request;
  }
  StatusOr<v1::IngestResponse> Write(const v1::IngestRequest& request) {
    return Waiting(ingest_, &Ingest::Write, request);
  }
  // What the server expects next: the answer's, or an error's.
  static std::string Next(const StatusOr<v1::IngestResponse>& answer) {
    return answer.ok() ? std::to_string(answer->next_seq()) : Facts(answer.status())["next_seq"];
  }
  // Below the rule that equal points count once.
  uint64_t Stored() {
    const auto run = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store::RunSegments::LoadAfter(txn, "default", run_, 0, 10'000);
    });
    ROOKERY_EXPECT_OK(run);
    uint64_t points = 0;
    for (const auto& segment : run->segments()) points += segment.directory.points();
    return points;
  }

  Ingest ingest_{*database_, log_commit_, clock_};
  std::string run_;
  int64_t epoch_ = 0;
};

TEST_P(IngestTest, NumbersGoOn) {
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_EQ(Next(Write(Request(10, 5))), "15");
  EXPECT_EQ(Stored(), 15);
  EXPECT_EQ(Open("p").next_seq(), 15);
}

TEST_P(IngestTest, ARepeatIsAcknowledgedAndNotStored) {
  ROOKERY_ASSERT_OK(Write(Request(0, 10)));
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_EQ(Next(Write(Request(3, 2))), "10");
  EXPECT_EQ(Stored(), 10);
}

TEST_P(IngestTest, ARepeatIsAcknowledgedEvenIfTheRunIsDeletedSince) {
  ROOKERY_ASSERT_OK(Write(Request(0, 10)));
  ROOKERY_ASSERT_OK(DeleteRun(run_));
  EXPECT_EQ(Next(Write(Request(0, 10))), "10");
  EXPECT_TRUE(absl::IsInvalidArgument(Write(Request(10, 1)).status()));
  EXPECT_EQ(Next(Write(Request(10, 1))), "10");
}

TEST_P(IngestTest, AnOverlapIsCut) {
  ROOKERY_ASSERT_OK(Write(Request(0, 10)));
  EXPECT_EQ(Next(Write(Request(6, 10))), "16");
  EXPECT_EQ(Stored(), 16);
}

TEST_P(IngestTest, AnOverlapIsCutWithinParamsAndTags) {
  v1::IngestRequest request = Request(0, 2);
  testing::Add({{"a", "1"}, {"b", "2"}}, request.mutable_runs(0)->mutable_params());
  testing::Add({{"t", "1"}}, request.mutable_runs(0)->mutable_tags());
  ROOKERY_ASSERT_OK(Write(request));
  ROOKERY_ASSERT_OK(SetTag(run_, "t", "changed since"));
  request.mutable_runs(0)->mutable_end()->set_status(v1::FINISHED);
  EXPECT_EQ(Next(Write(request)), "6");
  const auto run = GetRun(run_);
  ROOKERY_ASSERT_OK(run);
  EXPECT_EQ(run->info().status(), v1::FINISHED);
  EXPECT_EQ(run->data().params_size(), 2);
  EXPECT_THAT(testing::AsPairs(run->data().tags()),
              ::testing::Contains(::testing::Pair("t", "changed since")));
  EXPECT_EQ(Stored(), 2);
}

TEST_P(IngestTest, AGapIsRefusedWithTheExpectedNumber) {
  ROOKERY_ASSERT_OK(Write(Request(0, 10)));
  const auto answer = Write(Request(12, 1));
  EXPECT_TRUE(absl::IsOutOfRange(answer.status()));
  EXPECT_EQ(Next(answer), "10");
  EXPECT_EQ(Stored(), 10);
}

TEST_P(IngestTest, ANoticedGapIsRecordedAndSeenOnTheRun) {
  ROOKERY_ASSERT_OK(Write(Request(0, 10)));
  v1::IngestRequest request = Request(15, 1);
  request.mutable_gap()->set_first_seq(8);
  request.mutable_gap()->set_last_seq(14);
  request.mutable_gap()->set_reason("the \"disk\" broke");
  request.mutable_gap()->add_run_ids(run_);
  request.mutable_gap()->add_run_ids("of nobody");
  EXPECT_EQ(Next(Write(request)), "16");
  EXPECT_EQ(Next(Write(request)), "16");
  const auto run = GetRun(run_);
  ROOKERY_ASSERT_OK(run);
  EXPECT_THAT(testing::AsPairs(run->data().tags()),
              ::testing::Contains(::testing::Pair(
                  "rookery.gaps", R"([{"producer": "p", "first_seq": 10, "last_seq": 14, )"
                                  R"("reason": "the \"disk\" broke"}])")));
  EXPECT_EQ(Stored(), 11);
}

TEST_P(IngestTest, AnOlderEpochIsFenced) {
  const int64_t old = epoch_;
  epoch_ = Open("p").epoch();
  EXPECT_GT(epoch_, old);
  v1::IngestRequest request = Request(0, 1);
  request.set_epoch(old);
  EXPECT_TRUE(absl::IsFailedPrecondition(Write(request).status()));
  EXPECT_EQ(Next(Write(Request(0, 1))), "1");
}

TEST_P(IngestTest, AnUnknownProducerIsRefused) {
  EXPECT_TRUE(absl::IsNotFound(Write(Request(0, 1, "nobody")).status()));
  EXPECT_TRUE(absl::IsNotFound(Write(Request(7, 1, "nobody")).status()));
}

TEST_P(IngestTest, ARefusedRequestMovesNothing) {
  v1::IngestRequest request = Request(0, 5);
  *request.add_runs() = request.runs(0);
  request.mutable_runs(1)->mutable_metrics()->set_run_id("unknown");
  EXPECT_TRUE(absl::IsNotFound(Write(request).status()));
  EXPECT_EQ(Next(Write(request)), "0");
  EXPECT_EQ(Stored(), 0);
}

TEST_P(IngestTest, ColumnsThatContradictEachOtherAreRefusedByName) {
  v1::IngestRequest request = Request(0, 3);
  request.mutable_runs(0)->mutable_metrics()->add_step(9);
  EXPECT_THAT(std::string(Write(request).status().message()),
              HasSubstr("runs[0].metrics has 3 values, 4 steps"));
  request = Request(0, 3);
  request.mutable_runs(0)->mutable_metrics()->set_key_index(0, 1);
  EXPECT_THAT(std::string(Write(request).status().message()), HasSubstr("key_index[0] is 1"));
  request = Request(0, 3);
  request.mutable_runs(0)->mutable_metrics()->set_key_points(0, 4'000'000'000U);
  EXPECT_THAT(std::string(Write(request).status().message()), HasSubstr("sum to 4000000000"));
  request = Request(0, 3);
  request.mutable_runs(0)->mutable_metrics()->set_timestamp_ms(1, -1);
  EXPECT_THAT(std::string(Write(request).status().message()), HasSubstr("timestamp_ms[1] is -1"));
  EXPECT_EQ(Stored(), 0);
}

// Whoever of eight sends a request first: it is stored once, though its points repeat values.
TEST_P(IngestTest, EightWhoReplayTheSameStoreItOnce) {
  constexpr int kRequests = 40;
  testing::AtOnce(8, [&](int) {
    for (int i = 0; i < kRequests; ++i) {
      v1::IngestRequest request = Request(int64_t{i} * 25, 25);
      for (int64_t& step : *request.mutable_runs(0)->mutable_metrics()->mutable_step()) step = 1;
      for (int64_t& ms : *request.mutable_runs(0)->mutable_metrics()->mutable_timestamp_ms())
        ms = 1;
      ROOKERY_EXPECT_OK(Write(request));
    }
  });
  EXPECT_EQ(Stored(), kRequests * 25);
  EXPECT_EQ(Open("p").next_seq(), kRequests * 25);
}

TEST_P(IngestTest, LatestPointsThatAreReplacedAreVacuumed) {
  rookery::testing::SlowVacuum slow(*database_);
  slow.may_end.Notify();
  LogCommit commit(slow, metrics_, signals_, clock_, nullptr);
  RunLog log(slow, commit);
  testing::Batch batch;
  for (int key = 0; key < 1000; ++key) {
    batch.metrics.push_back(testing::Point("key" + std::to_string(key), 0.5));
  }
  // 16 MiB are worth it, and each takes less than 300 bytes.
  for (int step = 0; step < 60; ++step) {
    ASSERT_FALSE(slow.began.HasBeenNotified());
    for (v1::Metric& point : batch.metrics) point.set_step(step);
    ROOKERY_ASSERT_OK(Waiting(log, &RunLog::LogBatch, testing::AsRequest(run_, batch)));
  }
  for (int step = 60; !slow.began.HasBeenNotified(); ++step) {
    ASSERT_LT(step, 200);
    for (v1::Metric& point : batch.metrics) point.set_step(step);
    ROOKERY_ASSERT_OK(Waiting(log, &RunLog::LogBatch, testing::AsRequest(run_, batch)));
  }
  EXPECT_EQ(slow.table, "latest_metrics");
}

ROOKERY_OVER_ALL_DATABASES(IngestTest);

// A group of our own making: what one is refused for, its neighbours do not feel.
class LogGroupTest : public IngestTest {
 protected:
  LogCommit stepped_{*database_, metrics_, signals_, clock_, nullptr, {.has_thread = false}};
  Ingest ingest_{*database_, stepped_, clock_};
  RunLog log_{*database_, stepped_};
  std::vector<std::string> answers_ = std::vector<std::string>(8, "none");

  void Submit(size_t place, const v1::IngestRequest& request) {
    ingest_.Write(call_, request, [this, place](const StatusOr<v1::IngestResponse>& answer) {
      answers_[place] = Next(answer);
    });
  }
  void Submit(size_t place, const std::string& run_id, const testing::Batch& batch) {
    log_.LogBatch(call_, testing::AsRequest(run_id, batch),
                  [this, place](const StatusOr<v1::LogBatchResponse>& answer) {
                    answers_[place] = answer.ok() ? "ok" : std::string(answer.status().message());
                  });
  }
};

TEST_P(LogGroupTest, PointsOfOneRunBecomeOneSegment) {
  Submit(0, Request(0, 5));
  Submit(1, run_, {.metrics = {testing::Point("loss", 1)}});
  Submit(2, Request(5, 5));
  EXPECT_TRUE(stepped_.CommitNext());
  EXPECT_FALSE(stepped_.CommitNext());
  EXPECT_THAT(answers_,
              ::testing::ElementsAre("5", "ok", "10", "none", "none", "none", "none", "none"));
  const auto run = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return store::RunSegments::LoadAfter(txn, "default", run_, 0, 10);
  });
  ROOKERY_ASSERT_OK(run);
  EXPECT_EQ(run->segments().size(), 1);
  EXPECT_EQ(Stored(), 11);
}

TEST_P(LogGroupTest, ABadWriteCostsItsNeighboursNothing) {
  Submit(0, run_, {.params = {{"k", "1"}}});
  Submit(1, run_, {.metrics = {testing::Point("loss", 1)}, .params = {{"k", "2"}}});
  Submit(2, "unknown", {.metrics = {testing::Point("loss", 1)}});
  Submit(3, run_, {.params = {{"k", "1"}}, .tags = {{"t", "v"}}});
  EXPECT_TRUE(stepped_.CommitNext());
  EXPECT_EQ(answers_[0], "ok");
  EXPECT_THAT(answers_[1], HasSubstr("Changing param values is not allowed"));
  EXPECT_THAT(answers_[2], HasSubstr("not found"));
  EXPECT_EQ(answers_[3], "ok");
  EXPECT_EQ(Stored(), 0);
}

TEST_P(LogGroupTest, AfterARefusedRequestTheProducersNextIsAGap) {
  v1::IngestRequest bad = Request(0, 5);
  bad.mutable_runs(0)->mutable_metrics()->set_run_id("unknown");
  Submit(0, bad);
  Submit(1, Request(5, 5));
  EXPECT_TRUE(stepped_.CommitNext());
  EXPECT_EQ(answers_[0], "0");
  EXPECT_EQ(answers_[1], "0");
  EXPECT_EQ(Stored(), 0);
}

ROOKERY_OVER_ALL_DATABASES(LogGroupTest);

// A client that trusted a number whose commit failed would never send again what it stands for.
TEST(LogWriteTest, ANumberIsToldOnlyIfItIsCommitted) {
  std::optional<int64_t> told;
  const auto make = [&] {
    auto write = std::make_unique<LogWrite>(
        CallContext(), std::vector<RunWrite>(),
        [&](const Status&, std::optional<int64_t> next_seq) { told = next_seq; });
    write->Expect(5);
    return write;
  };
  make()->Done(absl::OkStatus());
  EXPECT_EQ(told, 5);
  make()->Done(absl::UnavailableError("the database is gone"));
  EXPECT_EQ(told, std::nullopt);
  auto refused = make();
  refused->Refuse(absl::OutOfRangeError("gap"));
  refused->Done(refused->refusal());
  EXPECT_EQ(told, 5);
  refused = make();
  refused->Refuse(absl::OutOfRangeError("gap"));
  refused->Done(absl::UnavailableError("the database is gone"));
  EXPECT_EQ(told, std::nullopt);
}

}  // namespace
}  // namespace rookery::tracking
