// How a spool fills and empties.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/metrics/registry.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::_;
using testing::FakeSteady;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Life;
using testing::ReadAll;
using testing::ReadLane;
using testing::Seen;
using testing::SegmentPaths;
using testing::SimulatedDisk;
using ::testing::SizeIs;
using testing::SmallOptions;

// Appends until it is refused; how many were taken.
int Fill(Life& life, Priority priority, size_t bytes = 1000) {
  int taken = 0;
  for (;;) {
    const auto appended = life.Append(std::string(bytes, 'x'), 1, "w", priority);
    if (!appended.ok()) {
      EXPECT_THAT(appended, StatusIs(absl::StatusCode::kResourceExhausted, _));
      return taken;
    }
    if (++taken > 10'000) return taken;
  }
}

int64_t FileBytes(const SimulatedDisk& disk) {
  int64_t bytes = 0;
  for (const std::string& path : disk.Paths()) {
    if (path.ends_with(".log")) bytes += static_cast<int64_t>(disk.Bytes(path).size());
  }
  return bytes;
}

Options EightSegments() {
  Options options = SmallOptions();
  options.max_bytes = 8 * options.segment_bytes;
  return options;
}

TEST(Capacity, WhatIsLessImportantIsRefusedFirst) {
  SimulatedDisk disk;
  const Options options = EightSegments();
  Life life(disk, Clock::Real(), options);
  const auto share = [&] {
    return static_cast<double>(life.spool().usage().bytes) / static_cast<double>(options.max_bytes);
  };
  EXPECT_GT(Fill(life, Priority::kLow), 0);
  EXPECT_NEAR(share(), 0.75, 0.07);
  EXPECT_GT(Fill(life, Priority::kMetrics), 0);
  EXPECT_NEAR(share(), 0.875, 0.03);
  EXPECT_EQ(Fill(life, Priority::kLow), 0);
  EXPECT_THAT(life.spool().Writable(), IsOk());
  EXPECT_GT(Fill(life, Priority::kEssential), 8);
  EXPECT_NEAR(share(), 1, 0.03);
  Fill(life, Priority::kEssential, 0);
  EXPECT_THAT(life.spool().Writable(), StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_LE(FileBytes(disk), options.max_bytes);
  EXPECT_EQ(life.spool().usage().segments, 8);
  EXPECT_EQ(life.spool().usage().capacity_bytes, options.max_bytes);
}

TEST(Capacity, OfAFileSystemWithNeighboursSomeStaysFree) {
  SimulatedDisk disk;
  Options options = SmallOptions();
  options.keep_free = 0.5;
  disk.SetCapacity(20 * options.segment_bytes);
  Life life(disk, Clock::Real(), options);
  Fill(life, Priority::kEssential);
  EXPECT_LE(FileBytes(disk), 10 * options.segment_bytes);
  EXPECT_GE(FileBytes(disk), 8 * options.segment_bytes);
}

TEST(Capacity, WhatIsReleasedMakesRoom) {
  SimulatedDisk disk;
  const Options options = EightSegments();
  Life life(disk, Clock::Real(), options);
  int64_t next = 0;
  std::vector<Position> ends;
  for (int round = 0; round < 5; ++round) {
    const int taken = Fill(life, Priority::kEssential);
    EXPECT_GT(taken, 50) << round;
    const Seen seen = ReadAll(*life.spool().ReadFrom(0, next));
    EXPECT_THAT(seen.rows, SizeIs(taken));
    EXPECT_THAT(seen.gaps, IsEmpty());
    EXPECT_EQ(seen.rows[0].first_seq, next);
    EXPECT_NE(life.spool().usage().oldest, absl::InfiniteFuture());
    next += taken;
    life.spool().Release(seen.end);
    EXPECT_EQ(life.spool().usage().oldest, absl::InfiniteFuture());
    // Released ones are used again though their retention is not over, since there is no room.
    while (!life.spool().Writable().ok()) std::this_thread::yield();
  }
  EXPECT_LE(FileBytes(disk), options.max_bytes);
  EXPECT_THAT(SegmentPaths(disk), SizeIs(::testing::Le(8U)));
}

TEST(Capacity, WhatWasReleasedIsReadAgainUntilItIsRecycledAndThenIsAGap) {
  SimulatedDisk disk;
  FakeSteady steady;
  Options options = EightSegments();
  options.steady = steady.function();
  Life life(disk, Clock::Real(), options);
  Fill(life, Priority::kMetrics);
  const Seen before = ReadLane(life.spool(), 0);
  life.spool().Release(before.end);
  const auto again = ReadAll(*life.spool().ReadFrom(0, 0));
  const auto rest = static_cast<int64_t>(again.rows.size());
  // Two spares may have been made of it.
  EXPECT_GE(rest, static_cast<int64_t>(before.rows.size()) - 2 * 16);
  const auto last = static_cast<int64_t>(before.rows.size()) - 1;
  std::vector<std::pair<int64_t, int64_t>> recycled;
  if (rest <= last) recycled.emplace_back(0, last - rest);
  EXPECT_EQ(again.gaps, recycled);

  steady.Advance(options.retention + absl::Seconds(1));
  while (Fill(life, Priority::kEssential) == 0) std::this_thread::yield();
  const auto now = ReadAll(*life.spool().ReadFrom(0, 0));
  ASSERT_FALSE(now.rows.empty());
  ASSERT_THAT(now.gaps, SizeIs(1));
  EXPECT_EQ(now.gaps[0].first, 0);
  EXPECT_EQ(now.gaps[0].second, now.rows[0].first_seq - 1);
  // From a position, what was recycled is not missed.
  EXPECT_THAT(ReadLane(life.spool(), 0).gaps, IsEmpty());
}

TEST(Capacity, AWallClockThatIsSetEndsNoRetentionAndKeepsNoneUp) {
  SimulatedDisk disk;
  FakeClock clock;
  FakeSteady steady;
  Options options = SmallOptions();
  options.steady = steady.function();
  Life life(disk, clock, options);
  const auto fill = [&](int segments) {
    const int records = segments * static_cast<int>(options.segment_bytes) / 1000;
    for (int i = 0; i < records; ++i) ASSERT_THAT(life.Append(std::string(1000, 'x')), IsOk());
  };
  fill(3);
  life.spool().Release(ReadLane(life.spool(), 0).end);
  clock.Advance(absl::Hours(1));
  fill(10);
  EXPECT_THAT(ReadAll(*life.spool().ReadFrom(0, 0)).gaps, IsEmpty());
  clock.Advance(-absl::Hours(2));
  steady.Advance(options.retention + absl::Seconds(1));
  while (!::testing::Test::HasFatalFailure() && ReadAll(*life.spool().ReadFrom(0, 0)).gaps.empty())
    fill(1);
}

TEST(Capacity, WhatIsReadIsNotUsedAgain) {
  SimulatedDisk disk;
  FakeSteady steady;
  Options options = EightSegments();
  options.steady = steady.function();
  Life life(disk, Clock::Real(), options);
  const int first = Fill(life, Priority::kMetrics);
  const auto reader = life.spool().Read(0, {});
  EXPECT_EQ(reader->Next()->record.first_seq, 0);
  life.spool().Release(life.spool().durable());
  steady.Advance(options.retention * 2);
  const int more = Fill(life, Priority::kEssential);
  const Seen seen = ReadAll(*reader);
  EXPECT_THAT(seen.gaps, IsEmpty());
  EXPECT_THAT(seen.rows, SizeIs(first + more - 1));
}

// Bytes of earlier lives follow those of the present one, and are read neither before nor after a
// start.
TEST(Capacity, StaleBytesDoNotComeAgain) {
  SimulatedDisk disk;
  FakeClock clock;
  Options options = SmallOptions();
  options.max_bytes = 4 * options.segment_bytes;
  options.retention = absl::ZeroDuration();
  int64_t next = 0;
  for (int life_number = 0; life_number < 12; ++life_number) {
    Life life(disk, clock, options);
    // What was released is not remembered: whoever opens it asks the upstream.
    life.spool().Release(life.spool().durable());
    for (int i = 0; i < 7; ++i) {
      StatusOr<Appended> appended;
      do {
        appended = life.Append(std::string(1500, 'x') + std::to_string(next), 1, "w",
                               Priority::kEssential);
      } while (absl::IsResourceExhausted(appended.status()));
      ASSERT_THAT(appended, IsOk());
      EXPECT_EQ(appended->first_seq, next++);
      const Seen seen = ReadAll(*life.spool().ReadFrom(0, next - 1));
      ASSERT_THAT(seen.rows, SizeIs(1));
      EXPECT_THAT(seen.gaps, IsEmpty());
      life.spool().Release(seen.end);
    }
    const Seen seen = ReadLane(life.spool(), 0);
    EXPECT_THAT(seen.gaps, IsEmpty());
    for (size_t i = 1; i < seen.rows.size(); ++i) {
      EXPECT_EQ(seen.rows[i].first_seq, seen.rows[i - 1].first_seq + 1);
    }
    EXPECT_EQ(life.state().lanes().at(0).records, static_cast<uint64_t>(next));
  }
}

TEST(Capacity, IsTold) {
  metrics::Registry registry;
  SimulatedDisk disk;
  Options options = EightSegments();
  options.metrics = &registry;
  Life life(disk, Clock::Real(), options);
  const int taken = Fill(life, Priority::kMetrics);
  life.spool().Release({});
  const std::string text = registry.Text();
  for (const char* line : {"rookery_sidecar_spool_fsync_duration_seconds_count ",
                           "rookery_sidecar_spool_errors_total{op=\"sync\"} 0",
                           "rookery_sidecar_spool_corrupt_records_total 0"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_EQ(life.spool().usage().capacity_bytes, 131'072);
  EXPECT_EQ(life.spool().usage().segments, 8);
  // With the record of the lane.
  EXPECT_THAT(text, HasSubstr("rookery_sidecar_spool_group_commit_records_total " +
                              std::to_string(taken + 1)));
}

}  // namespace
}  // namespace rookery::spool
