#include "services/tracking/domain/metric_histories.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum absl::StatusCode;

template <typename Response>
std::vector<double> Values(const Response& response) {
  std::vector<double> values;
  for (const auto& metric : response.metrics()) values.push_back(metric.value());
  return values;
}

// What a run logs of metrics, and what is read of it.
class MetricHistoryTest : public TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
  }
  static v1::GetMetricHistoryRequest Of(const std::string& run_id, const std::string& key) {
    auto request = OfRun<v1::GetMetricHistoryRequest>(run_id);
    request.set_metric_key(key);
    return request;
  }

  std::string run_;
};

TEST_P(MetricHistoryTest, IsOrderedByTimeStepAndValueAndLatestByStepFirst) {
  for (const auto& point : {Point("m", 3, 30, 0), Point("m", 1, 10, 5), Point("m", 9, 20, 2),
                            Point("m", 2, 20, 2), Point("m", 2, 20, 2)}) {
    ROOKERY_ASSERT_OK(LogMetric(run_, point));
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto history, HistoryOf(call_, Of(run_, "m")));
  EXPECT_THAT(Values(history), ElementsAre(1, 2, 9, 3));
  EXPECT_FALSE(history.has_next_page_token());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto run, GetRun(run_));
  ASSERT_EQ(run.data().metrics_size(), 1);
  EXPECT_EQ(run.data().metrics(0).value(), 1);
  EXPECT_EQ(run.data().metrics(0).step(), 5);
}

TEST_P(MetricHistoryTest, IsReadInPagesThatMissAndRepeatNothing) {
  std::vector<v1::Metric> points;
  for (int i = 0; i < 5; ++i) points.push_back(Point("m", i, i, 0));
  ROOKERY_ASSERT_OK(Log(run_, {.metrics = points}));
  auto request = Of(run_, "m");
  request.set_max_results(2);
  std::vector<std::vector<double>> pages;
  do {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto page, HistoryOf(call_, request));
    pages.push_back(Values(page));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && pages.size() < 5);
  EXPECT_THAT(pages, ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4)));
  request.set_max_results(5);
  EXPECT_EQ(HistoryOf(call_, request)->next_page_token(), "");
}

TEST_P(MetricHistoryTest, BadPagesAreRefused) {
  auto request = Of(run_, "m");
  request.set_page_token("garbage");
  EXPECT_THAT(HistoryOf(call_, request),
              StatusIs(kInvalidArgument, "Invalid page token, could not base64-decode"));
  request = Of(run_, "m");
  for (const int32_t bad : {0, -1}) {
    request.set_max_results(bad);
    EXPECT_THAT(HistoryOf(call_, request),
                StatusIs(kInvalidArgument,
                         "Invalid value " + std::to_string(bad) +
                             " for parameter 'max_results' supplied. It must be a positive "
                             "integer."));
  }
  EXPECT_THAT(HistoryOf(call_, {}), StatusIs(kInvalidArgument, HasSubstr("parameter 'run_id'")));
}

TEST_P(MetricHistoryTest, OfAnUnknownRunOrKeyOrWorkspaceIsEmpty) {
  ROOKERY_ASSERT_OK(LogMetric(run_, Point("m", 1)));
  EXPECT_THAT(Values(*HistoryOf(call_, Of("nope", "m"))), IsEmpty());
  EXPECT_THAT(Values(*HistoryOf(call_, Of(run_, "x"))), IsEmpty());
  EXPECT_THAT(Values(*HistoryOf(other_call_, Of(run_, "m"))), IsEmpty());
}

TEST_P(MetricHistoryTest, OfADeletedRunIsStillRead) {
  ROOKERY_ASSERT_OK(LogMetric(run_, Point("m", 1)));
  ROOKERY_ASSERT_OK(DeleteRun(run_));
  EXPECT_THAT(Values(*HistoryOf(call_, Of(run_, "m"))), ElementsAre(1));
}

TEST_P(MetricHistoryTest, ANegativeTimeIsRefusedAndANegativeStepIsNot) {
  ROOKERY_EXPECT_OK(LogMetric(run_, Point("m", 1, 0, -5)));
  EXPECT_THAT(LogMetric(run_, Point("m", 1, -1)),
              StatusIs(kInvalidArgument,
                       "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' "
                       "(value=1.0). Timestamp must be a nonnegative long (64-bit integer) "));
  EXPECT_THAT(Log(run_, {.metrics = {Point("m", 1), Point("m", 1, -1)}}),
              StatusIs(kInvalidArgument, HasSubstr("'metrics[1].timestamp'")));
}

ROOKERY_OVER_ALL_DATABASES(MetricHistoryTest);

// The histories of several runs.
class BulkHistoryTest : public TrackingTest {
 protected:
  using Runs = std::vector<std::string>;

  // A run whose metric `m` has the values 0 to count - 1 at these steps.
  std::string RunWith(int count) {
    const std::string run = MakeRun();
    std::vector<v1::Metric> points;
    for (int i = 0; i < count; ++i) points.push_back(Point("m", i, 100 + i, i));
    ROOKERY_EXPECT_OK(Log(run, {.metrics = points}));
    return run;
  }
  static v1::GetMetricHistoryBulkRequest Bulk(const Runs& runs) {
    v1::GetMetricHistoryBulkRequest request;
    request.mutable_run_id()->Assign(runs.begin(), runs.end());
    request.set_metric_key("m");
    return request;
  }
  static v1::GetMetricHistoryBulkIntervalRequest Interval(const Runs& runs,
                                                          std::optional<int> max_results = {}) {
    v1::GetMetricHistoryBulkIntervalRequest request;
    request.mutable_run_ids()->Assign(runs.begin(), runs.end());
    request.set_metric_key("m");
    if (max_results) request.set_max_results(*max_results);
    return request;
  }
  static v1::GetMetricHistoryBulkIntervalRequest Between(
      v1::GetMetricHistoryBulkIntervalRequest request, int64_t first, int64_t last) {
    request.set_start_step(first);
    request.set_end_step(last);
    return request;
  }
  std::vector<double> Sampled(const v1::GetMetricHistoryBulkIntervalRequest& request) {
    return Values(*histories_.GetBulkInterval(call_, request));
  }
};

TEST_P(BulkHistoryTest, SeveralRunsAreReadInTheOrderOfTheirIds) {
  Runs runs = {RunWith(2), RunWith(3)};
  std::sort(runs.begin(), runs.end(), std::greater<>());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto all, histories_.GetBulk(call_, Bulk(runs)));
  ASSERT_EQ(all.metrics_size(), 5);
  EXPECT_EQ(all.metrics(0).run_id(), runs[1]);
  EXPECT_EQ(all.metrics(4).run_id(), runs[0]);
  EXPECT_EQ(all.metrics(0).timestamp(), 100);
  auto request = Bulk(runs);
  request.set_max_results(4);
  EXPECT_EQ(histories_.GetBulk(call_, request)->metrics_size(), 4);
  request.set_max_results(0);
  EXPECT_EQ(histories_.GetBulk(call_, request)->metrics_size(), 0);
}

TEST_P(BulkHistoryTest, WhatIsAskedOfSeveralRunsHasLimits) {
  EXPECT_THAT(
      histories_.GetBulk(call_, Bulk({})),
      StatusIs(kInvalidArgument, "GetMetricHistoryBulk request must specify at least one run_id."));
  EXPECT_THAT(histories_.GetBulk(call_, Bulk(Runs(101, "r"))),
              StatusIs(kInvalidArgument,
                       "GetMetricHistoryBulk request cannot specify more than 100 run_ids. "
                       "Received 101 run_ids."));
  auto request = Bulk({"r"});
  request.clear_metric_key();
  EXPECT_THAT(
      histories_.GetBulk(call_, request),
      StatusIs(kInvalidArgument, "GetMetricHistoryBulk request must specify a metric_key."));
  request = Bulk({"r"});
  request.set_max_results(-1);
  EXPECT_THAT(histories_.GetBulk(call_, request), StatusIs(kInvalidArgument));
}

TEST_P(BulkHistoryTest, ASampleHasTheFirstAndTheLastPointOfEachRun) {
  const std::string run = RunWith(10);
  const std::string shorter = RunWith(3);
  EXPECT_THAT(Sampled(Interval({run}, 3)), ElementsAre(0, 4, 9));
  EXPECT_THAT(Sampled(Interval({run}, 1)), ElementsAre(9));
  EXPECT_THAT(Sampled(Interval({run, shorter}, 4)), ElementsAre(0, 3, 6, 9, 0, 1, 2));
  EXPECT_THAT(Sampled(Interval({shorter, run}, 2)), ElementsAre(0, 2, 0, 9));
  EXPECT_EQ(Sampled(Interval({run})).size(), 10);
  EXPECT_EQ(histories_.GetBulkInterval(call_, Interval({run}))->metrics(0).run_id(), run);
}

TEST_P(BulkHistoryTest, ASampleIsOfRowsNotOfSteps) {
  const std::string run = MakeRun();
  std::vector<v1::Metric> points;
  for (int i = 0; i < 8; ++i) points.push_back(Point("m", i, i, 0));
  points.push_back(Point("m", 8, 0, 1));
  ROOKERY_ASSERT_OK(Log(run, {.metrics = points}));
  EXPECT_THAT(Sampled(Interval({run}, 3)), ElementsAre(0, 3, 8));
}

TEST_P(BulkHistoryTest, ASampleMayBeOfSomeSteps) {
  const std::string run = RunWith(10);
  EXPECT_THAT(Sampled(Between(Interval({run}), 3, 5)), ElementsAre(3, 4, 5));
  EXPECT_THAT(Sampled(Between(Interval({run}, 2), 3, 6)), ElementsAre(3, 6));
  EXPECT_THAT(Sampled(Between(Interval({run}), 50, 60)), IsEmpty());
}

TEST_P(BulkHistoryTest, SamplesHaveLimits) {
  EXPECT_THAT(histories_.GetBulkInterval(call_, Interval(Runs(101, "r"))),
              StatusIs(kInvalidArgument,
                       HasSubstr("must specify at most 100 run_ids. Received 101 run_ids.")));
  for (const int bad : {0, -1, 2501}) {
    EXPECT_THAT(histories_.GetBulkInterval(call_, Interval({"r"}, bad)),
                StatusIs(kInvalidArgument, HasSubstr("max_results must be between 1 and 2500.")));
  }
  EXPECT_THAT(histories_.GetBulkInterval(call_, Between(Interval({"r"}), 2, 1)),
              StatusIs(kInvalidArgument,
                       "end_step must be greater than start_step. Found start_step=2 and "
                       "end_step=1."));
  auto request = Interval({"r"});
  request.set_end_step(1);
  EXPECT_THAT(histories_.GetBulkInterval(call_, request),
              StatusIs(kInvalidArgument,
                       "If either start step or end step are specified, both must be specified."));
}

TEST_P(BulkHistoryTest, UnknownRunsKeysAndWorkspacesHaveNoPoints) {
  const std::string run = RunWith(2);
  EXPECT_THAT(Sampled(Interval({"nope", run})), ElementsAre(0, 1));
  EXPECT_THAT(Values(*histories_.GetBulkInterval(other_call_, Interval({run}))), IsEmpty());
  EXPECT_THAT(Values(*histories_.GetBulk(call_, Bulk({"nope", run}))), ElementsAre(0, 1));
  EXPECT_THAT(Values(*histories_.GetBulk(other_call_, Bulk({run}))), IsEmpty());
  auto request = Interval({run});
  request.set_metric_key("x");
  EXPECT_THAT(Sampled(request), IsEmpty());
}

ROOKERY_OVER_ALL_DATABASES(BulkHistoryTest);

}  // namespace
}  // namespace rookery::tracking
