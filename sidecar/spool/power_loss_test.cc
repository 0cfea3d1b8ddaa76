// What a loss of power leaves, after any operation of the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using testing::FoldState;
using testing::Life;
using testing::ReadLane;
using testing::Seen;
using testing::SimulatedDisk;
using Unsynced = SimulatedDisk::Unsynced;

// One lane's records as they were appended, and after how many operations of the disk each was
// answered.
struct Appends {
  struct Row {
    int64_t first_seq = 0;
    int64_t things = 0;
    std::string payload;
    size_t acked_after = SIZE_MAX;
  };
  std::vector<Row> rows;
};

// Appends `records` on two lanes, mostly without waiting, so that groups have many sizes.
std::vector<Appends> Write(SimulatedDisk& disk, std::mt19937_64& random, int records) {
  std::vector<Appends> lanes(2);
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  Life life(disk);
  life.lane("0");
  life.lane("1");
  for (int i = 0; i < records; ++i) {
    const auto lane = static_cast<LaneId>(random() % 2);
    const size_t bytes = random() % 4 == 0 ? random() % 3000 : random() % 100;
    const int64_t things = static_cast<int64_t>(random() % 4);
    const std::string payload = std::to_string(i) + std::string(bytes, static_cast<char>(i));
    const bool durable = random() % 4 != 0;
    size_t row = 0;
    {
      const std::lock_guard lock(mutex);
      const auto& rows = lanes[lane].rows;
      const int64_t seq = rows.empty() ? 0 : rows.back().first_seq + rows.back().things;
      row = rows.size();
      lanes[lane].rows.push_back({seq, things, payload});
      if (durable) ++waiting;
    }
    life.spool().Append({.lane = lane,
                         .things = things,
                         .payload = payload,
                         .level = durable ? AckLevel::kDurable : AckLevel::kBuffered},
                        [&, lane, row, durable](const StatusOr<Appended>& appended) {
                          ASSERT_THAT(appended, rookery::testing::IsOk());
                          if (!durable) return;
                          const std::lock_guard lock(mutex);
                          EXPECT_EQ(appended->first_seq, lanes[lane].rows[row].first_seq);
                          lanes[lane].rows[row].acked_after = disk.operations();
                          --waiting;
                          changed.notify_all();
                        });
    std::unique_lock lock(mutex);
    const int some = static_cast<int>(random() % 6);
    changed.wait(lock, [&] { return waiting <= some; });
  }
  life.Close();
  return lanes;
}

// Opens what is left, and compares it with what was appended.
void Check(SimulatedDisk& disk, const std::vector<Appends>& lanes, size_t operations) {
  Life life(disk);
  for (size_t i = 0; i < lanes.size(); ++i) {
    const std::string name = std::to_string(i);
    const LaneId lane = life.lane(name);
    const Seen seen = ReadLane(life.spool(), lane);
    EXPECT_THAT(seen.gaps, ::testing::IsEmpty());
    // What is left are the first ones, each once and whole.
    const auto& rows = lanes[i].rows;
    ASSERT_LE(seen.rows.size(), rows.size());
    for (size_t row = 0; row < seen.rows.size(); ++row) {
      ASSERT_EQ(seen.rows[row].payload, rows[row].payload);
      ASSERT_EQ(seen.rows[row].first_seq, rows[row].first_seq);
      ASSERT_EQ(seen.rows[row].things, rows[row].things);
    }
    for (size_t row = seen.rows.size(); row < rows.size(); ++row) {
      ASSERT_GT(rows[row].acked_after, operations) << "lost record " << row;
    }
    const int64_t next =
        seen.rows.empty() ? 0 : seen.rows.back().first_seq + seen.rows.back().things;
    EXPECT_EQ(life.spool().Lanes()[lane].next_seq, next);
    const auto fold = life.state().lanes().find(lane);
    EXPECT_EQ(fold == life.state().lanes().end() ? FoldState::Fold{} : fold->second, seen.fold);
    // And the log goes on.
    EXPECT_EQ(life.Append("more", 1, name)->first_seq, next);
    EXPECT_EQ(ReadLane(life.spool(), lane).rows.size(), seen.rows.size() + 1);
  }
}

TEST(PowerLoss, AfterEachOperation) {
  std::mt19937_64 random(1);
  SimulatedDisk disk;
  const auto lanes = Write(disk, random, 100);
  for (size_t operations = 0; operations <= disk.operations(); ++operations) {
    for (const auto unsynced : {Unsynced::kNone, Unsynced::kAll, Unsynced::kAny}) {
      SCOPED_TRACE(::testing::Message()
                   << operations << " operations, unsynced " << static_cast<int>(unsynced));
      const auto left = disk.AfterPowerLoss(operations, unsynced, random);
      Check(*left, lanes, operations);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(PowerLoss, WithAnySectors) {
  constexpr int kRuns = 30;
  constexpr int kStates = 100;
  for (int run = 0; run < kRuns; ++run) {
    const uint64_t seed = 1000 + run;
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    SimulatedDisk disk;
    const auto lanes = Write(disk, random, 60);
    for (int i = 0; i < kStates; ++i) {
      const size_t operations = random() % (disk.operations() + 1);
      SCOPED_TRACE(::testing::Message() << "state " << i << ", " << operations << " operations");
      const auto left = disk.AfterPowerLoss(operations, Unsynced::kAny, random);
      Check(*left, lanes, operations);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(PowerLoss, ManyThreads) {
  constexpr int kThreads = 8;
  std::mt19937_64 random(7);
  SimulatedDisk disk;
  std::vector<std::vector<size_t>> acked(kThreads);
  {
    Life life(disk);
    const LaneId lane = life.lane();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 60; ++i) {
          std::promise<StatusOr<Appended>> answer;
          life.spool().Append(
              {.lane = lane, .things = 1, .payload = std::to_string(t * 1000 + i)},
              [&](const StatusOr<Appended>& appended) { answer.set_value(appended); });
          ASSERT_THAT(answer.get_future().get(), rookery::testing::IsOk());
          acked[t].push_back(disk.operations());
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  for (int i = 0; i < 200; ++i) {
    const size_t operations = random() % (disk.operations() + 1);
    const auto left = disk.AfterPowerLoss(operations, Unsynced::kAny, random);
    Life life(*left);
    std::vector<size_t> next(kThreads);
    const Seen seen = ReadLane(life.spool(), life.lane());
    EXPECT_THAT(seen.gaps, ::testing::IsEmpty());
    for (const auto& row : seen.rows) {
      const int number = std::stoi(row.payload);
      ASSERT_EQ(next[number / 1000]++, static_cast<size_t>(number % 1000));
    }
    for (int t = 0; t < kThreads; ++t) {
      for (size_t k = next[t]; k < acked[t].size(); ++k) {
        ASSERT_GT(acked[t][k], operations) << "lost";
      }
    }
  }
}

}  // namespace
}  // namespace rookery::spool
