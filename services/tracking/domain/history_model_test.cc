// One suite of what metric histories mean, over each database, against a model that keeps all
// points in a list: under random interleavings of writers in two processes, repeats, merges,
// restarts and deletions, everything that can be read must be what the model says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/domain/sampling.h"
#include "services/tracking/testing/history_model.h"
#include "services/tracking/testing/history_process.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using rookery::testing::StatusIs;
using testing::AsTexts;
using testing::HistoryModel;
using testing::LoggedPoint;
using testing::LoggedPoints;
using testing::Process;
using testing::Texts;
using enum absl::StatusCode;

constexpr uint32_t kSeeds = 5;
constexpr int kSteps = 80;
constexpr int kMaxPagers = 6;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class HistoryModelTest : public testing::TrackingTest {
 protected:
  struct Run {
    std::string id;
    bool is_deleted = false;
    HistoryModel model;
  };
  // Somebody who reads a history page by page, whatever happens meanwhile.
  struct Pager {
    size_t run = 0;
    v1::GetMetricHistoryRequest request;
    std::optional<LoggedPoint> last;
  };
  // A producer, and the last request of it that was stored.
  struct Producer {
    int64_t epoch = 0;
    v1::IngestRequest last;
    int64_t last_points = 0;
  };

  void SetUp() override {
    TrackingTest::SetUp();
    models_of_points_ = {MakeModel(), MakeModel()};
  }

  void Interleave(uint32_t seed) {
    random_.seed(seed);
    runs_.assign(3, {});
    for (Run& run : runs_) run.id = MakeRun();
    pagers_.clear();
    // In some of them points are often the same.
    width_ = OneIn(2) ? 4 : 5000;
    for (auto& process : processes_) process = std::make_unique<Process>(database_.uri());
    OpenProducer();
    for (int step = 0; step < kSteps && !HasFailure(); ++step) {
      SCOPED_TRACE(step);
      Step();
    }
    for (size_t run = 0; run < runs_.size() && !HasFailure(); ++run) CheckAll(run);
    for (auto& process : processes_) process.reset();
  }

 private:
  void Step() {
    switch (Below(12)) {
      case 0:
      case 1:
      case 2:
        return WriteAtOnce();
      case 3:
        return Produce();
      case 4:
        return AnyProcess().Compact(OneIn(3));
      case 5:
        return Restart();
      case 6:
        return DeleteOrRestore();
      case 7:
        return CheckAll(Below(runs_.size()));
      case 8:
        return CheckSamples();
      case 9:
        return CheckBulk();
      default:
        return TurnPage();
    }
  }

  size_t Below(size_t count) { return random_() % count; }
  bool OneIn(size_t count) { return Below(count) == 0; }
  Process& AnyProcess() { return *processes_[Below(processes_.size())]; }
  std::string AnyKey() { return std::string(1, static_cast<char>('a' + Below(4))); }

  double AnyValue() {
    const double special[] = {kNaN, kInfinity, -kInfinity, -0.0, 0.0};
    return OneIn(4) ? special[Below(5)] : static_cast<double>(Below(width_)) / 8;
  }
  LoggedPoints AnyPoints(size_t count) {
    LoggedPoints points(count);
    const std::string key = AnyKey();
    for (LoggedPoint& point : points) {
      point = {.key = OneIn(3) ? AnyKey() : key,
               .step = static_cast<int64_t>(Below(width_)) - 2,
               .timestamp_ms = static_cast<int64_t>(Below(width_)),
               .value = AnyValue()};
      if (OneIn(50)) point.step = std::numeric_limits<int64_t>::min();
      if (!OneIn(5)) continue;
      point.origin.model_id = models_of_points_[Below(2)];
      if (OneIn(2)) point.origin.dataset_name = "penguins";
      if (point.origin.dataset_name) point.origin.dataset_digest = OneIn(2) ? "v1" : "v2";
    }
    return points;
  }
  LoggedPoints AnyBatch() { return AnyPoints(OneIn(8) ? 300 + Below(700) : 1 + Below(20)); }

  // Several callers, in both processes, and perhaps a merge meanwhile.
  void WriteAtOnce() {
    struct Write {
      Process* process;
      size_t run;
      LoggedPoints points;
      Status status;
    };
    std::vector<Write> writes(1 + Below(4));
    for (Write& write : writes) write = {&AnyProcess(), Below(runs_.size()), AnyBatch(), {}};
    const bool merges = OneIn(2);
    Process& merging = AnyProcess();
    testing::AtOnce(static_cast<int>(writes.size()) + 1, [&](int thread) {
      if (thread == std::ssize(writes)) {
        if (merges) merging.Compact(false);
        return;
      }
      Write& write = writes[static_cast<size_t>(thread)];
      write.status = write.process->Log(call_, runs_[write.run].id, write.points);
    });
    for (const Write& write : writes) {
      Run& run = runs_[write.run];
      if (run.is_deleted) {
        EXPECT_THAT(write.status, StatusIs(kInvalidArgument));
      } else {
        ROOKERY_EXPECT_OK(write.status);
        run.model.Log(write.points);
      }
    }
  }

  void OpenProducer() {
    v1::OpenProducerRequest request;
    request.set_producer_id("p" + std::to_string(random_()));
    const auto opened = AnyProcess().ingest.Open(call_, request);
    ROOKERY_ASSERT_OK(opened);
    producer_ = {.epoch = opened->epoch()};
    producer_.last.set_producer_id(request.producer_id());
  }

  // New points, perhaps behind what was sent before: that is acknowledged and not stored again.
  void Produce() {
    v1::IngestRequest request = producer_.last;
    const int64_t next_seq = request.first_seq() + producer_.last_points;
    request.set_epoch(producer_.epoch);
    const bool repeats = OneIn(2);
    if (!repeats) {
      request.clear_runs();
      request.set_first_seq(next_seq);
    }
    Run& run = runs_[Below(runs_.size())];
    const LoggedPoints points = AnyBatch();
    const bool adds = !repeats || OneIn(2);
    if (adds) *request.add_runs()->mutable_metrics() = Process::AsColumns(run.id, points);
    const auto answer = AnyProcess().Ingest(call_, request);
    if (adds && run.is_deleted) {
      EXPECT_THAT(answer, StatusIs(kInvalidArgument));
      return;
    }
    ROOKERY_ASSERT_OK(answer);
    EXPECT_EQ(answer->next_seq(), next_seq + (adds ? std::ssize(points) : 0));
    if (!adds) return;
    run.model.Log(points);
    producer_.last_points = answer->next_seq() - request.first_seq();
    producer_.last = std::move(request);
  }

  void Restart() {
    auto& process = processes_[Below(processes_.size())];
    process.reset();
    process = std::make_unique<Process>(database_.uri());
  }

  void DeleteOrRestore() {
    Run& run = runs_[Below(runs_.size())];
    // Mostly they can be written to.
    if (!run.is_deleted && OneIn(2)) return;
    ROOKERY_EXPECT_OK(AnyProcess().SetDeleted(call_, run.id, !run.is_deleted));
    run.is_deleted = !run.is_deleted;
  }

  // The next page of somebody who has begun, or the first of somebody new.
  void TurnPage() {
    const size_t which = Below(kMaxPagers);
    if (which >= pagers_.size()) {
      Pager& pager = pagers_.emplace_back();
      pager.run = Below(runs_.size());
      pager.request.set_run_id(runs_[pager.run].id);
      pager.request.set_metric_key(AnyKey());
    }
    Pager& pager = pagers_[std::min(which, pagers_.size() - 1)];
    const size_t limit = OneIn(3) ? 1 + Below(500) : 1 + Below(5);
    pager.request.set_max_results(static_cast<int32_t>(limit));
    v1::GetMetricHistoryResponse page;
    ROOKERY_ASSERT_OK(AnyProcess().histories.Get(call_, pager.request, &page));
    LoggedPoints expected = runs_[pager.run].model.ByTime(pager.request.metric_key());
    if (pager.last) {
      std::erase_if(expected, [&](const LoggedPoint& point) {
        return point.by_time() <= pager.last->by_time();
      });
    }
    const bool has_next = expected.size() > limit;
    if (has_next) expected.resize(limit);
    EXPECT_EQ(Process::AsTexts(page.metrics()), AsTexts(expected));
    EXPECT_EQ(page.has_next_page_token(), has_next);
    pager.request.set_page_token(page.next_page_token());
    pager.last.reset();
    if (has_next) pager.last = expected.back();
  }

  // All that can be read of one run, and what is stored below that.
  void CheckAll(size_t number) {
    const Run& run = runs_[number];
    SCOPED_TRACE("run " + std::to_string(number));
    Process& process = AnyProcess();
    EXPECT_EQ(process.Stored(call_, run.id), run.model.stored());
    Texts latest;
    Texts columns;
    // None: all.
    std::vector<std::string> keys;
    const bool reads_all = OneIn(2);
    for (const std::string& key : run.model.Keys()) {
      const LoggedPoints by_step = run.model.ByStep(key);
      // Of a zero and a NaN either is the latest.
      const LoggedPoint& last = by_step.back();
      latest.push_back(
          fmt::format("{} {} {} {}", key, last.step, last.timestamp_ms, last.number()));
      auto request = testing::OfRun<v1::GetMetricHistoryRequest>(run.id);
      request.set_metric_key(key);
      v1::GetMetricHistoryResponse history;
      ROOKERY_ASSERT_OK(process.histories.Get(call_, request, &history));
      EXPECT_EQ(Process::AsTexts(history.metrics()), AsTexts(run.model.ByTime(key)));
      if (!reads_all && OneIn(3)) continue;
      if (!reads_all) keys.push_back(key);
      for (const LoggedPoint& point : by_step) columns.push_back(point.TextWithOrigin());
    }
    EXPECT_EQ(process.Latest(call_, run.id), latest);
    if (!reads_all && keys.empty()) return;
    EXPECT_EQ(process.Columns(call_, run.id, keys, 1 + static_cast<int64_t>(Below(2 * width_)),
                              [&] {
                                if (OneIn(4)) AnyProcess().Compact(OneIn(3));
                              }),
              columns);
  }

  void CheckSamples() {
    v1::GetMetricHistoryBulkIntervalRequest request;
    request.set_metric_key(AnyKey());
    const auto size = static_cast<int32_t>(1 + Below(40));
    request.set_max_results(size);
    const bool is_part = OneIn(2);
    if (is_part) {
      request.set_start_step(static_cast<int64_t>(Below(width_)) - 2);
      request.set_end_step(request.start_step() + static_cast<int64_t>(Below(width_)));
    }
    Texts expected;
    for (const Run& run : runs_) {
      request.add_run_ids(run.id);
      LoggedPoints points = run.model.ByStep(request.metric_key());
      std::erase_if(points, [&](const LoggedPoint& point) {
        return is_part && (point.step < request.start_step() || point.step > request.end_step());
      });
      for (const int64_t i : EvenSample(std::ssize(points), size)) {
        expected.push_back(points[static_cast<size_t>(i)].Text());
      }
    }
    const auto sample = AnyProcess().histories.GetBulkInterval(call_, request);
    ROOKERY_ASSERT_OK(sample);
    EXPECT_EQ(Process::AsTexts(sample->metrics()), expected);
  }

  void CheckBulk() {
    v1::GetMetricHistoryBulkRequest request;
    request.set_metric_key(AnyKey());
    const size_t limit = 1 + Below(1000);
    request.set_max_results(static_cast<int32_t>(limit));
    std::map<std::string, const Run*> sorted;
    for (const Run& run : runs_) sorted[run.id] = &run;
    Texts expected;
    for (const auto& [id, run] : sorted) {
      request.add_run_id(id);
      for (std::string& text : AsTexts(run->model.ByTime(request.metric_key()))) {
        if (expected.size() < limit) expected.push_back(std::move(text));
      }
    }
    const auto histories = AnyProcess().histories.GetBulk(call_, request);
    ROOKERY_ASSERT_OK(histories);
    EXPECT_EQ(Process::AsTexts(histories->metrics()), expected);
  }

  std::mt19937 random_;
  size_t width_ = 0;
  std::vector<std::string> models_of_points_;
  std::vector<Run> runs_;
  std::vector<Pager> pagers_;
  Producer producer_;
  std::array<std::unique_ptr<Process>, 2> processes_;
};

// ROOKERY_TEST_SEED=N runs the interleaving that a failure names.
TEST_P(HistoryModelTest, WhateverHappensHistoriesReadAsTheModelSays) {
  const char* wanted = std::getenv("ROOKERY_TEST_SEED");
  const auto first =
      wanted != nullptr ? static_cast<uint32_t>(std::strtoul(wanted, nullptr, 10)) : 1;
  const uint32_t last = wanted != nullptr ? first : kSeeds;
  for (uint32_t seed = first; seed <= last && !HasFailure(); ++seed) {
    SCOPED_TRACE("ROOKERY_TEST_SEED=" + std::to_string(seed));
    Interleave(seed);
  }
}

INSTANTIATE_TEST_SUITE_P(All, HistoryModelTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabasesAndCollations()),
                         rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::tracking
