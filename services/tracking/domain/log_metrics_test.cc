#include "services/tracking/domain/log_metrics.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace rookery::tracking {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LogMetricsTest : public ::testing::Test {
 protected:
  std::unique_ptr<LogWrite> Write(const std::string& workspace, int points) {
    CallContext call;
    call.workspace = workspace;
    RunWrite run;
    run.run_id = "run";
    run.points.keys = {"loss"};
    for (int step = 0; step < points; ++step) run.points.columns.Add(0, 0, step, step, 1.0);
    std::vector<RunWrite> runs;
    runs.push_back(std::move(run));
    auto write = std::make_unique<LogWrite>(call, std::move(runs), [](const auto&, auto) {});
    write->submitted = start_;
    return write;
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'790'000'000);
  metrics::Registry registry_;
  LogMetrics metrics_{&registry_};
};

TEST_F(LogMetricsTest, AGroupIsCountedOnceAndEachOfItsWritesHasALag) {
  const auto one = Write("default", 3);
  const auto other = Write("default", 4);
  const auto refused = Write("default", 5);
  refused->Refuse(absl::NotFoundError("no run"));
  metrics_.Committed({one.get(), other.get(), refused.get()}, start_ + absl::Milliseconds(7));
  const std::string text = registry_.Text();
  EXPECT_THAT(text, HasSubstr("rookery_ingest_group_writes_sum 3\n"));
  EXPECT_THAT(text, HasSubstr("rookery_ingest_group_points_sum 7\n"));
  EXPECT_THAT(text, HasSubstr("rookery_ingest_lag_seconds_count 3\n"));
  EXPECT_THAT(text, HasSubstr(R"(rookery_ingest_points_total{workspace="default"} 7)"));
}

TEST_F(LogMetricsTest, WorkspacesBeyondTheLimitShareASeries) {
  for (size_t number = 0; number < LogMetrics::kMaxWorkspaces + 5; ++number) {
    const auto write = Write(fmt::format("w{}", number), 1);
    metrics_.Committed({write.get()}, start_);
  }
  const std::string text = registry_.Text();
  EXPECT_THAT(text, HasSubstr(R"(workspace="w99"} 1)"));
  EXPECT_THAT(text, Not(HasSubstr(R"(workspace="w100")")));
  EXPECT_THAT(text, HasSubstr(R"text(workspace="(other)"} 5)text"));
}

}  // namespace
}  // namespace rookery::tracking
