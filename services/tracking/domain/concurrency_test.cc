// Writers that meet on one run.
#include <gmock/gmock.h>

#include <algorithm>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::IsOk;
using ::testing::Each;

constexpr int kThreads = 16;

class ConcurrencyTest : public TrackingTest {};

TEST_P(ConcurrencyTest, BatchesAtOnceLoseNothingAndKeepTheLatest) {
  constexpr int kKeys = 8;
  constexpr int kEach = 5;
  const std::string run = MakeRun();
  std::vector<Status> results(static_cast<size_t>(kThreads) * kEach);
  AtOnce(kThreads, [&](int thread) {
    for (int round = 0; round < kEach; ++round) {
      Batch batch;
      // Each thread has its own order of the keys, which all threads share.
      for (int i = 0; i < kKeys; ++i) {
        const std::string key = "k" + std::to_string((i + thread) % kKeys);
        batch.metrics.push_back(Point(key, thread, 1, round * kThreads + thread));
        batch.params.emplace_back(key, "same");
        batch.tags.emplace_back(key, std::to_string(thread));
      }
      batch.params.emplace_back("own" + std::to_string(thread), "v");
      if (thread % 4 == 0) batch.tags.emplace_back("mlflow.runName", "n" + std::to_string(thread));
      results[thread * kEach + round] = Log(run, batch);
    }
  });
  ASSERT_THAT(results, Each(IsOk()));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto read, GetRun(run));
  EXPECT_EQ(read.data().params_size(), kKeys + kThreads);
  EXPECT_EQ(read.data().tags_size(), kKeys + 1);
  ASSERT_EQ(read.data().metrics_size(), kKeys);
  for (const auto& metric : read.data().metrics()) {
    EXPECT_EQ(metric.step(), kThreads * kEach - 1);
    EXPECT_EQ(metric.value(), kThreads - 1);
    auto request = OfRun<v1::GetMetricHistoryRequest>(run);
    request.set_metric_key(metric.key());
    EXPECT_EQ(HistoryOf(call_, request)->metrics_size(), kThreads * kEach);
  }
}

TEST_P(ConcurrencyTest, OfTwoValuesForOneParamAtOnceOneIsKeptAndTheOtherRefused) {
  for (int round = 0; round < 10; ++round) {
    const std::string run = MakeRun();
    std::vector<Status> results(2);
    AtOnce(2, [&](int thread) {
      const std::string value = std::to_string(thread);
      results[thread] =
          thread == 0 ? LogParam(run, "p", value) : Log(run, {.params = {{"p", value}}});
    });
    ASSERT_NE(results[0].ok(), results[1].ok()) << results[0] << results[1];
    const int winner = results[0].ok() ? 0 : 1;
    EXPECT_TRUE(absl::IsInvalidArgument(results[1 - winner])) << results[1 - winner];
    EXPECT_EQ(GetRun(run)->data().params(0).value(), std::to_string(winner));
  }
}

TEST_P(ConcurrencyTest, WritersMeetADeleterWithoutDeadlock) {
  const std::string experiment = MakeExperiment("e");
  const std::string run = MakeRun(experiment);
  std::vector<Status> results(kThreads);
  AtOnce(kThreads, [&](int thread) {
    if (thread == 3) {
      results[thread] = DeleteExperiment(experiment);
    } else if (thread == 7) {
      results[thread] = DeleteRun(run);
    } else if (thread == 11) {
      results[thread] = CreateRun(call_, OfExperiment<v1::CreateRunRequest>(experiment)).status();
    } else {
      results[thread] = Log(run, {{Point("m", thread)}, {{"p", "v"}}, {{"t", "v"}}});
    }
  });
  for (const Status& result : results) {
    EXPECT_TRUE(result.ok() || absl::IsInvalidArgument(result)) << result;
  }
  EXPECT_EQ(GetRun(run)->info().lifecycle_stage(), "deleted");
}

ROOKERY_OVER_ALL_DATABASES(ConcurrencyTest);

}  // namespace
}  // namespace rookery::tracking
