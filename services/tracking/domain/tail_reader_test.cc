#include "services/tracking/domain/tail_reader.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/store/segment_merge.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

class TailReaderTest : public testing::TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
    request_.set_run_id(run_);
  }

  // A segment of the steps [first, first + count).
  void Append(int64_t first, int64_t count) {
    std::vector<store::RunPoints> runs(1);
    runs[0].run_id = run_;
    runs[0].points.keys = {"loss"};
    for (int64_t step = first; step < first + count; ++step) {
      runs[0].points.columns.Add(0, 0, step, step, 0.5);
    }
    ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return metrics_.Append(txn, "default", &runs);
    }));
  }
  // The next message, whose steps are added to `steps`; false if there is none.
  bool Next(TailReader& reader, std::multiset<int64_t>* steps) {
    const auto more = reader.Next(&response_);
    ROOKERY_EXPECT_OK(more);
    if (!*more) return false;
    const v1::MetricColumns& columns = response_.metrics();
    EXPECT_LE(columns.step_size(), kMaxMessagePoints);
    steps->insert(columns.step().begin(), columns.step().end());
    return true;
  }

  std::string run_;
  v1::WatchMetricsRequest request_;
  v1::WatchMetricsResponse response_;
};

TEST_P(TailReaderTest, ALargeSegmentComesInMessagesAndItsCursorWithTheLast) {
  constexpr int64_t kPoints = 200'000;
  Append(0, kPoints);
  TailReader reader(*database_, call_, request_);
  std::multiset<int64_t> steps;
  while (Next(reader, &steps)) {
    EXPECT_EQ(response_.cursor(), std::ssize(steps) == kPoints ? 1 : 0);
  }
  EXPECT_EQ(std::ssize(steps), kPoints);
  EXPECT_EQ(std::set<int64_t>(steps.begin(), steps.end()).size(), kPoints);
  Append(kPoints, 1);
  EXPECT_TRUE(Next(reader, &steps));
  EXPECT_FALSE(Next(reader, &steps));
  EXPECT_EQ(std::ssize(steps), kPoints + 1);
}

TEST_P(TailReaderTest, SmallSegmentsShareAMessage) {
  for (int64_t i = 0; i < 10; ++i) Append(i, 1);
  TailReader reader(*database_, call_, request_);
  std::multiset<int64_t> steps;
  EXPECT_TRUE(Next(reader, &steps));
  EXPECT_EQ(steps.size(), 10);
  EXPECT_EQ(response_.cursor(), 10);
}

TEST_P(TailReaderTest, AMergeUnderneathSkipsNothing) {
  constexpr int64_t kPoints = 100'000;
  Append(0, kPoints);
  TailReader reader(*database_, call_, request_);
  std::multiset<int64_t> steps;
  EXPECT_TRUE(Next(reader, &steps));
  Append(kPoints, 10);
  ROOKERY_ASSERT_OK(
      store::MergeSegments(*database_, "default", run_, store::MergeScope::kAll, absl::Minutes(1)));
  while (Next(reader, &steps)) {
  }
  EXPECT_EQ(std::set<int64_t>(steps.begin(), steps.end()).size(), kPoints + 10);
  EXPECT_EQ(response_.cursor(), 2);
}

TEST_P(TailReaderTest, AnUnknownRunIsNotFound) {
  request_.set_run_id("unknown");
  EXPECT_TRUE(absl::IsNotFound(TailReader(*database_, call_, request_).Check()));
}

ROOKERY_OVER_ALL_DATABASES(TailReaderTest);

}  // namespace
}  // namespace rookery::tracking
