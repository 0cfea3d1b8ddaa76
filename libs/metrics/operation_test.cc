#include "libs/metrics/operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <thread>
#include <vector>

namespace rookery::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<std::string_view, 2> kOutcomes = {"good", "bad"};
constexpr OperationFamilies kFamilies = {
    {"test_requests_total", "Requests."},
    {"test_duration_seconds", "Duration."},
    {"test_requests_in_flight", "In flight."},
    "outcome",
    kOutcomes,
};

TEST(OperationTest, CountsByOutcomeAndWhatIsUnderWay) {
  Registry registry;
  const Operation operation(&registry, kFamilies, {{"method", "Get"}});
  operation.Begin();
  operation.Begin();
  operation.End(1, absl::Milliseconds(3));
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("test_requests_total{method=\"Get\",outcome=\"bad\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("test_requests_in_flight{method=\"Get\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("test_duration_seconds_bucket{method=\"Get\",le=\"0.0025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("test_duration_seconds_bucket{method=\"Get\",le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("good")));
}

TEST(OperationTest, WhatNobodyCallsTakesNoRoom) {
  Registry registry;
  const Operation operation(&registry, kFamilies, {{"method", "Get"}});
  EXPECT_THAT(registry.Text(), Not(HasSubstr("test_")));
}

TEST(OperationTest, TheFirstCallsMayComeAtOnce) {
  Registry registry;
  const Operation operation(&registry, kFamilies, {});
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&operation, t] {
      operation.Begin();
      operation.End(t % 2, absl::ZeroDuration());
    });
  }
  threads.clear();
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("test_requests_total{outcome=\"good\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("test_requests_total{outcome=\"bad\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("test_requests_in_flight 0\n"));
  EXPECT_THAT(text, HasSubstr("test_duration_seconds_count 8\n"));
}

TEST(OperationTest, WithoutARegistryNothingIsCounted) {
  const Operation operation(nullptr, kFamilies, {});
  operation.Begin();
  operation.End(0, absl::ZeroDuration());
}

}  // namespace
}  // namespace rookery::metrics
