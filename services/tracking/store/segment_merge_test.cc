#include "services/tracking/store/segment_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"
#include "services/tracking/store/metric_series.h"
#include "services/tracking/store/metric_store.h"
#include "services/tracking/store/schema.h"

namespace rookery::tracking::store {
namespace {

using Range = std::optional<std::pair<size_t, size_t>>;

TEST(PlanMergeTest, FewSegmentsAreLeftAlone) {
  EXPECT_EQ(PlanMerge({}, MergeScope::kQuick), Range());
  EXPECT_EQ(PlanMerge(std::vector<int64_t>(7, 1), MergeScope::kQuick), Range());
  EXPECT_EQ(PlanMerge({}, MergeScope::kLarge), Range());
  EXPECT_EQ(PlanMerge(std::vector<int64_t>(7, 1000), MergeScope::kLarge), Range());
  EXPECT_EQ(PlanMerge({}, MergeScope::kAll), Range());
  EXPECT_EQ(PlanMerge(std::vector<int64_t>{5}, MergeScope::kAll), Range());
}

TEST(PlanMergeTest, ManyOfOneSizeAreMerged) {
  EXPECT_EQ(PlanMerge(std::vector<int64_t>(8, 1), MergeScope::kQuick), Range({0, 8}));
  EXPECT_EQ(PlanMerge(std::vector<int64_t>(100, 1), MergeScope::kQuick), Range({0, 100}));
}

TEST(PlanMergeTest, LargerOnesBeforeAreLeft) {
  std::vector<int64_t> sizes = {1000, 100};
  sizes.insert(sizes.end(), 8, 1);
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kQuick), Range({2, 10}));
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kAll), Range({0, 10}));
}

TEST(PlanMergeTest, QuickIsWhatIsSmallAtTheEndAndLargeWhatIsBefore) {
  std::vector<int64_t> sizes(8, 1000);
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kQuick), Range());
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kLarge), Range({0, 8}));
  sizes.insert(sizes.end(), 8, 64);
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kQuick), Range({8, 16}));
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kLarge), Range({0, 8}));
}

TEST(PlanMergeTest, NoSegmentGrowsBeyondTheMost) {
  const std::vector<int64_t> sizes(8, kMaxMergedPoints / 5);
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kLarge), Range({0, 5}));
  EXPECT_EQ(PlanMerge({{kMaxMergedPoints - 1, kMaxMergedPoints - 1}}, MergeScope::kAll), Range());
}

TEST(PlanMergeTest, WhatIsLargeIsNotRewrittenForTheSakeOfAFewPoints) {
  const std::vector<int64_t> sizes = {300'000, 270'000, 100'000, 20'000, 1};
  EXPECT_EQ(PlanMerge(sizes, MergeScope::kAll), Range({2, 5}));
}

Range NextPlan(std::span<const int64_t> sizes) {
  const Range quick = PlanMerge(sizes, MergeScope::kQuick);
  return quick ? quick : PlanMerge(sizes, MergeScope::kLarge);
}

// Has the first of the plan stand for all of them, with their sum, which it returns.
template <typename Sizes>
int64_t CarryOut(const std::pair<size_t, size_t>& plan, Sizes* sizes) {
  const auto first = sizes->begin() + static_cast<std::ptrdiff_t>(plan.first);
  const auto last = sizes->begin() + static_cast<std::ptrdiff_t>(plan.second);
  const int64_t sum = std::accumulate(first, last, int64_t{0});
  *first = sum;
  sizes->erase(first + 1, last);
  return sum;
}

// However points come, a run has few segments, and a point is not rewritten often.
TEST(PlanMergeTest, SegmentsStayFewAndPointsAreSeldomRewritten) {
  for (const int64_t size : {1, 7, 1000, 50'000}) {
    SCOPED_TRACE(size);
    std::vector<int64_t> sizes;
    int64_t rewritten = 0;
    int64_t written = 0;
    while (written < 3 * kMaxMergedPoints && sizes.size() < 200) {
      sizes.push_back(size);
      written += size;
      while (const auto plan = NextPlan(sizes)) {
        rewritten += CarryOut(*plan, &sizes);
      }
    }
    EXPECT_LT(sizes.size(), 64);
    EXPECT_LT(rewritten, 8 * written);
  }
}

// Small segments between larger ones are in no tail of their own size.
TEST(PlanMergeTest, SegmentsStayFewInWhateverOrderTheyCome) {
  std::mt19937 random(1);
  const auto below = [&](uint32_t end) { return static_cast<int64_t>(random() % end); };
  for (const uint32_t one_in : {2, 5, 9, 40}) {
    SCOPED_TRACE(one_in);
    std::vector<int64_t> sizes;
    // As many of each as have never been merged.
    std::vector<bool> is_merged;
    int64_t rewritten = 0;
    int64_t written = 0;
    while (written < 200'000) {
      sizes.push_back(below(one_in) == 0 ? 8 + below(100) : 1 + below(7));
      is_merged.push_back(false);
      written += sizes.back();
      if (const auto plan = NextPlan(sizes)) {
        rewritten += CarryOut(*plan, &sizes);
        CarryOut(*plan, &is_merged);
        is_merged[plan->first] = true;
      }
      ASSERT_LT(std::ranges::count(is_merged, false), 24);
    }
    EXPECT_LT(sizes.size(), 48);
    EXPECT_LT(rewritten, 8 * written);
  }
}

class MergeTest : public ::testing::TestWithParam<testing::TestDatabaseKind> {
 protected:
  void SetUp() override { ROOKERY_ASSERT_OK(db::CreateOrCheck(*database_, TrackingSchema())); }

  // A segment of one point.
  void Append(int64_t step, const std::string& key = "loss", const std::string& run_id = "r") {
    std::vector<RunPoints> runs(1);
    runs[0].run_id = run_id;
    runs[0].points.keys = {key};
    runs[0].points.columns.Add(0, 0, step, step, 0.5);
    ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store_.Append(txn, "default", &runs);
    }));
  }
  StatusOr<Merge> Run(MergeScope scope) {
    const std::string run_id = "r";
    return MergeSegments(*database_, "default", {&run_id, 1}, scope, absl::Minutes(1));
  }
  StatusOr<RunSegments> Load(const std::string& run_id = "r") {
    return database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return RunSegments::LoadAfter(txn, "default", run_id, 0, 1000);
    });
  }
  std::vector<int64_t> StepsOf(const std::string& key) {
    Metrics history;
    ROOKERY_EXPECT_OK(database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store_.ReadHistory(txn, "default", "r", key, {}, 1000, &history);
    }));
    std::vector<int64_t> steps;
    for (const auto& point : history) steps.push_back(point.step());
    return steps;
  }
  std::vector<int64_t> Steps() { return StepsOf("loss"); }

  testing::TestDatabase database_{GetParam()};
  MetricStore store_;
};

TEST_P(MergeTest, MergedSegmentsReadAsBefore) {
  for (const int64_t step : {5, 3, 3, 1, 2, 8, 7, 6, 4}) Append(step);
  const std::vector<int64_t> before = Steps();
  const auto merge = Run(MergeScope::kQuick);
  ROOKERY_ASSERT_OK(merge);
  EXPECT_EQ(merge->segments, 9);
  EXPECT_EQ(merge->points, 9);
  EXPECT_EQ(Steps(), before);
  const auto run = Load();
  ROOKERY_ASSERT_OK(run);
  ASSERT_EQ(run->segments().size(), 1);
  // A cursor that stood among them finds it.
  EXPECT_EQ(run->segments()[0].segment_no, 9);
  // Equal points are still counted.
  EXPECT_EQ(run->segments()[0].directory.points(), 9);
  EXPECT_EQ(Run(MergeScope::kAll)->segments, 0);
}

TEST_P(MergeTest, NumbersGoOnAfterAMerge) {
  for (int64_t step = 0; step < 8; ++step) Append(step);
  ROOKERY_ASSERT_OK(Run(MergeScope::kQuick));
  Append(8);
  ROOKERY_ASSERT_OK(Run(MergeScope::kAll));
  Append(9);
  const auto run = Load();
  ROOKERY_ASSERT_OK(run);
  ASSERT_EQ(run->segments().size(), 2);
  EXPECT_EQ(run->segments()[0].segment_no, 9);
  EXPECT_EQ(run->segments()[1].segment_no, 10);
  EXPECT_EQ(Steps().size(), 10);
}

TEST_P(MergeTest, RunsAreMergedTogetherEachForItself) {
  const std::vector<std::string> runs = {"few", "none", "q", "r"};
  for (int64_t step = 0; step < 9; ++step) {
    Append(step);
    Append(step, "acc", "q");
  }
  Append(0, "loss", "few");
  const auto merge =
      MergeSegments(*database_, "default", runs, MergeScope::kQuick, absl::Minutes(1));
  ROOKERY_ASSERT_OK(merge);
  EXPECT_EQ(merge->runs, 4);
  EXPECT_EQ(merge->merged_runs, 2);
  EXPECT_EQ(merge->segments, 18);
  EXPECT_EQ(merge->points, 18);
  for (const std::string& run_id : {"few", "q", "r"}) EXPECT_EQ(Load(run_id)->segments().size(), 1);
  EXPECT_EQ(Load("q")->segments()[0].directory.keys()[0], "acc");
  EXPECT_EQ(Steps().size(), 9);
}

constexpr db::Statement kDamage{"Damage",
                                "UPDATE metric_segments SET data = $1 WHERE segment_no = $2"};

TEST_P(MergeTest, ADamagedSegmentIsNamedAndTheRestIsRead) {
  for (int64_t step = 0; step < 9; ++step) Append(step, step % 2 == 0 ? "acc" : "loss");
  ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [](db::Transaction& txn) {
    return txn.Execute(kDamage, {db::Bytes{"rubbish"}, int64_t{4}});
  }));
  const auto merge = Run(MergeScope::kQuick);
  EXPECT_TRUE(absl::IsDataLoss(merge.status())) << merge.status();
  EXPECT_THAT(std::string(merge.status().message()), ::testing::HasSubstr("Segment 4 of run r"));
  EXPECT_EQ(StepsOf("acc").size(), 5u);
}

INSTANTIATE_TEST_SUITE_P(All, MergeTest, ::testing::ValuesIn(testing::AllTestDatabases()),
                         testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::tracking::store
