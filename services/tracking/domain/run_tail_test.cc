// What WatchMetrics sends.
#include "services/tracking/domain/run_tail.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/store/segment_merge.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

class RunTailTest : public testing::TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
    tail_.emplace(*database_, "default", run_);
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
    tail_->Notice();
  }

  std::shared_ptr<const TailPortion> After(const TailPlace& place) {
    auto portion = tail_->After(call_, place);
    ROOKERY_EXPECT_OK(portion);
    return *std::move(portion);
  }
  // Moves `place_` behind the next message, whose steps are added to steps_; false if there is
  // none.
  bool Next() {
    const auto portion = After(place_);
    place_ = portion->end;
    const v1::MetricColumns& columns = portion->message.metrics();
    EXPECT_LE(columns.step_size(), kMaxMessagePoints);
    steps_.insert(columns.step().begin(), columns.step().end());
    return portion->has_points();
  }

  std::string run_;
  std::optional<RunTail> tail_;
  TailPlace place_;
  std::multiset<int64_t> steps_;
};

TEST_P(RunTailTest, ALargeSegmentComesInMessagesAndItsCursorWithTheLast) {
  constexpr int64_t kPoints = 200'000;
  Append(0, kPoints);
  while (Next()) {
    EXPECT_EQ(place_.cursor, std::ssize(steps_) == kPoints ? 1 : 0);
  }
  EXPECT_EQ(std::ssize(steps_), kPoints);
  EXPECT_EQ(std::set<int64_t>(steps_.begin(), steps_.end()).size(), kPoints);
  Append(kPoints, 1);
  EXPECT_TRUE(Next());
  EXPECT_FALSE(Next());
  EXPECT_EQ(std::ssize(steps_), kPoints + 1);
}

TEST_P(RunTailTest, SmallSegmentsShareAMessage) {
  for (int64_t i = 0; i < 10; ++i) Append(i, 1);
  const auto portion = After(TailPlace());
  EXPECT_EQ(portion->message.metrics().step_size(), 10);
  EXPECT_EQ(portion->message.cursor(), 10);
  EXPECT_TRUE(portion->is_last);
}

TEST_P(RunTailTest, AMergeUnderneathSkipsNothing) {
  constexpr int64_t kPoints = 100'000;
  Append(0, kPoints);
  EXPECT_TRUE(Next());
  Append(kPoints, 10);
  ROOKERY_ASSERT_OK(store::MergeSegments(*database_, "default", {&run_, 1}, store::MergeScope::kAll,
                                         absl::Minutes(1)));
  while (Next()) {
  }
  EXPECT_EQ(std::set<int64_t>(steps_.begin(), steps_.end()).size(), kPoints + 10);
  EXPECT_EQ(place_.cursor, 2);
}

TEST_P(RunTailTest, WhoeverIsAtOnePlaceGetsTheSame) {
  Append(0, 1);
  const auto first = After(TailPlace());
  EXPECT_EQ(After(TailPlace()), first);
  const auto none = After(first->end);
  EXPECT_FALSE(none->has_points());
  EXPECT_EQ(After(first->end), none);
}

TEST_P(RunTailTest, ALookThatFailsIsItsCallersAlone) {
  Append(0, 1);
  EXPECT_FALSE(tail_->After(absl::InfinitePast(), TailPlace()).ok());
  EXPECT_TRUE(After(TailPlace())->has_points());
}

TEST_P(RunTailTest, NewsEndsWhatIsKnownOfTheEnd) {
  Append(0, 1);
  const auto first = After(TailPlace());
  EXPECT_EQ(first->as_of, tail_->news());
  EXPECT_FALSE(After(first->end)->has_points());
  Append(1, 1);
  EXPECT_NE(first->as_of, tail_->news());
  EXPECT_EQ(After(first->end)->message.cursor(), 2);
}

TEST_P(RunTailTest, ManyReadersAtManyPlacesMissNothing) {
  constexpr int64_t kSegments = 100;
  const auto read_all = [&] {
    TailPlace place;
    int64_t points = 0;
    while (points < kSegments) {
      const auto portion = After(place);
      place = portion->end;
      points += portion->message.metrics().step_size();
      // As a watcher does until it is told of news.
      while (points < kSegments && portion->is_last && portion->as_of == tail_->news()) {
        std::this_thread::yield();
      }
    }
    EXPECT_EQ(points, kSegments);
  };
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read_all);
  for (int64_t i = 0; i < kSegments; ++i) Append(i, 1);
}

TEST_P(RunTailTest, AnUnknownRunIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(RunTail(*database_, "default", "unknown").Check(call_)));
}

ROOKERY_OVER_ALL_DATABASES(RunTailTest);

}  // namespace
}  // namespace rookery::tracking
