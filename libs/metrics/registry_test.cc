#include "libs/metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "libs/base/version.h"

namespace rookery::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Family kEvents = {"test_events_total", "Events."};
constexpr Family kSize = {"test_size_bytes", "Size."};
constexpr Family kWait = {"test_wait_seconds", "Wait."};

TEST(RegistryTest, SaysWhichBuildRuns) {
  EXPECT_THAT(Registry().Text(),
              HasSubstr("rookery_build_info{version=\"" + std::string(kVersion) + "\"} 1\n"));
}

TEST(RegistryTest, WritesPrometheusText) {
  Registry registry;
  registry.AddCounter(kEvents, {{"kind", "a\"b\\\n"}}).Increment(3);
  registry.AddGauge(kSize).Set(-1.5);
  const Histogram wait = registry.AddHistogram(kWait, {}, {0.1, 1});
  wait.Observe(absl::Milliseconds(100));
  wait.Observe(absl::Milliseconds(500));
  wait.Observe(absl::Seconds(7));
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("# HELP test_events_total Events.\n"
                              "# TYPE test_events_total counter\n"
                              "test_events_total{kind=\"a\\\"b\\\\\\n\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("test_size_bytes -1.5\n"));
  EXPECT_THAT(text, HasSubstr("test_wait_seconds_bucket{le=\"0.1\"} 1\n"
                              "test_wait_seconds_bucket{le=\"1\"} 2\n"
                              "test_wait_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("test_wait_seconds_sum 7.6\n"));
}

TEST(RegistryTest, TheSameLabelsAreTheSameCounter) {
  Registry registry;
  registry.AddCounter(kEvents, {{"kind", "a"}}).Increment();
  registry.AddCounter(kEvents, {{"kind", "a"}}).Increment();
  EXPECT_THAT(registry.Text(), HasSubstr("test_events_total{kind=\"a\"} 2\n"));
}

TEST(RegistryTest, WhatIsLookedUpIsUpdatedAtEachScrape) {
  Registry registry;
  registry.BeforeText([size = registry.AddGauge(kSize), n = 0]() mutable { size.Set(++n); });
  EXPECT_THAT(registry.Text(), HasSubstr("test_size_bytes 1\n"));
  EXPECT_THAT(registry.Text(), HasSubstr("test_size_bytes 2\n"));
}

TEST(RegistryTest, ThreadsCountAndScrapeAtOnce) {
  Registry registry;
  const Counter events = registry.AddCounter(kEvents);
  const Histogram wait = registry.AddHistogram(kWait);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        events.Increment();
        wait.Observe(absl::Milliseconds(i));
        if (i % 100 == 0) {
          EXPECT_THAT(registry.Text(), HasSubstr("test_wait_seconds_count"));
        }
      }
    });
  }
  threads.clear();
  EXPECT_THAT(registry.Text(), HasSubstr("test_events_total 4000\n"));
  EXPECT_THAT(registry.Text(), HasSubstr("test_wait_seconds_count 4000\n"));
}

TEST(InstrumentsTest, WithoutARegistryNothingIsCounted) {
  Counter().Increment();
  Gauge().Set(1);
  Gauge().Add(1);
  Histogram().Observe(absl::Seconds(1));
  EXPECT_THAT(Registry().Text(), Not(HasSubstr("test_")));
}

}  // namespace
}  // namespace rookery::metrics
