#include "services/tracking/domain/run_log.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum absl::StatusCode;

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
  static std::vector<double> Values(const v1::GetMetricHistoryResponse& response) {
    std::vector<double> values;
    for (const auto& metric : response.metrics()) values.push_back(metric.value());
    return values;
  }

  std::string run_;
};

TEST_P(MetricHistoryTest, IsOrderedByTimeStepAndValueAndLatestByStepFirst) {
  for (const auto& point : {Point("m", 3, 30, 0), Point("m", 1, 10, 5), Point("m", 9, 20, 2),
                            Point("m", 2, 20, 2), Point("m", 2, 20, 2)}) {
    ROOKERY_ASSERT_OK(LogMetric(run_, point));
  }
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto history, log_.GetMetricHistory(call_, Of(run_, "m")));
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
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto page, log_.GetMetricHistory(call_, request));
    pages.push_back(Values(page));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && pages.size() < 5);
  EXPECT_THAT(pages, ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3), ElementsAre(4)));
  request.set_max_results(5);
  EXPECT_EQ(log_.GetMetricHistory(call_, request)->next_page_token(), "");
}

TEST_P(MetricHistoryTest, BadPagesAreRefused) {
  auto request = Of(run_, "m");
  request.set_page_token("garbage");
  EXPECT_THAT(log_.GetMetricHistory(call_, request),
              StatusIs(kInvalidArgument, "Invalid page token, could not base64-decode"));
  request = Of(run_, "m");
  for (const int32_t bad : {0, -1}) {
    request.set_max_results(bad);
    EXPECT_THAT(log_.GetMetricHistory(call_, request),
                StatusIs(kInvalidArgument,
                         "Invalid value " + std::to_string(bad) +
                             " for parameter 'max_results' supplied. It must be a positive "
                             "integer."));
  }
  EXPECT_THAT(log_.GetMetricHistory(call_, {}),
              StatusIs(kInvalidArgument, HasSubstr("parameter 'run_id'")));
}

TEST_P(MetricHistoryTest, OfAnUnknownRunOrKeyOrWorkspaceIsEmpty) {
  ROOKERY_ASSERT_OK(LogMetric(run_, Point("m", 1)));
  EXPECT_THAT(Values(*log_.GetMetricHistory(call_, Of("nope", "m"))), IsEmpty());
  EXPECT_THAT(Values(*log_.GetMetricHistory(call_, Of(run_, "x"))), IsEmpty());
  EXPECT_THAT(Values(*log_.GetMetricHistory(other_call_, Of(run_, "m"))), IsEmpty());
}

TEST_P(MetricHistoryTest, OfADeletedRunIsStillRead) {
  ROOKERY_ASSERT_OK(LogMetric(run_, Point("m", 1)));
  ROOKERY_ASSERT_OK(DeleteRun(run_));
  EXPECT_THAT(Values(*log_.GetMetricHistory(call_, Of(run_, "m"))), ElementsAre(1));
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

}  // namespace
}  // namespace rookery::tracking
