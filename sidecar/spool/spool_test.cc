#include "sidecar/spool/spool.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Life;
using testing::Payloads;
using testing::ReadAll;
using testing::ReadLane;
using testing::Seen;
using testing::SimulatedDisk;
using ::testing::SizeIs;
using testing::SmallOptions;

TEST(Spool, WhatWasAnsweredIsReadInOrder) {
  SimulatedDisk disk;
  Life life(disk);
  EXPECT_EQ(life.Append("a", 3)->first_seq, 0);
  EXPECT_EQ(life.Append("b", 0)->first_seq, 3);
  EXPECT_EQ(life.Append("", 2)->first_seq, 3);
  const Seen seen = ReadLane(life.spool(), life.lane());
  EXPECT_THAT(Payloads(seen), ElementsAre("a", "b", ""));
  EXPECT_EQ(seen.rows[2].first_seq, 3);
  EXPECT_EQ(seen.rows[2].things, 2);
  EXPECT_THAT(seen.gaps, IsEmpty());
  EXPECT_EQ(seen.end, life.spool().durable());
}

TEST(Spool, IsThereAgainAfterAStart) {
  SimulatedDisk disk;
  std::string producer;
  {
    Life life(disk);
    producer = life.spool().producer_id();
    EXPECT_THAT(life.Append("a"), IsOk());
    EXPECT_THAT(life.Append("b", 5, "other"), IsOk());
  }
  Life life(disk);
  EXPECT_EQ(life.spool().producer_id(), producer);
  EXPECT_THAT(producer, SizeIs(32));
  const auto lanes = life.spool().Lanes();
  ASSERT_THAT(lanes, SizeIs(2));
  EXPECT_EQ(lanes[0].name, "w");
  EXPECT_EQ(lanes[0].next_seq, 1);
  EXPECT_EQ(lanes[1].name, "other");
  EXPECT_EQ(lanes[1].next_seq, 5);
  EXPECT_EQ(life.Append("c")->first_seq, 1);
  EXPECT_THAT(Payloads(ReadLane(life.spool(), life.lane())), ElementsAre("a", "c"));
  EXPECT_THAT(Payloads(ReadLane(life.spool(), life.lane("other"))), ElementsAre("b"));
  EXPECT_EQ(life.state().lanes().at(0), ReadLane(life.spool(), 0).fold);
}

TEST(Spool, GoesOnOverManySegments) {
  SimulatedDisk disk;
  std::vector<std::string> payloads;
  for (int life_number = 0; life_number < 3; ++life_number) {
    Life life(disk);
    for (int i = 0; i < 50; ++i) {
      payloads.push_back(std::string(2000, 'x') + std::to_string(payloads.size()));
      ASSERT_THAT(life.Append(payloads.back()), IsOk());
    }
    const Seen seen = ReadLane(life.spool(), life.lane());
    EXPECT_EQ(Payloads(seen), payloads);
    EXPECT_THAT(seen.gaps, IsEmpty());
    EXPECT_EQ(life.state().lanes().at(0), seen.fold);
  }
}

TEST(Spool, ReadsFromANumberOrAPosition) {
  SimulatedDisk disk;
  Life life(disk);
  std::vector<Position> positions;
  for (int i = 0; i < 40; ++i) {
    positions.push_back(life.Append(std::string(1000, 'x') + std::to_string(i), 10)->position);
  }
  for (int i = 0; i < 40; ++i) {
    for (const int within : {0, 9}) {
      const Seen seen = ReadAll(*life.spool().ReadFrom(life.lane(), i * 10 + within));
      ASSERT_THAT(seen.rows, SizeIs(40 - i));
      EXPECT_EQ(seen.rows[0].first_seq, i * 10);
      EXPECT_THAT(seen.gaps, IsEmpty());
    }
    const Seen seen = ReadAll(*life.spool().Read(life.lane(), positions[i]));
    ASSERT_THAT(seen.rows, SizeIs(40 - i));
    EXPECT_EQ(seen.rows[0].position, positions[i]);
  }
  EXPECT_THAT(ReadAll(*life.spool().ReadFrom(life.lane(), 400)).rows, IsEmpty());
}

TEST(Spool, AReaderGoesOnWhereItStopped) {
  SimulatedDisk disk;
  Life life(disk);
  const auto reader = life.spool().Read(life.lane(), {});
  EXPECT_EQ(reader->Next()->is, Reader::Item::Is::kEnd);
  for (int i = 0; i < 100; ++i) {
    const std::string payload = std::string(500, 'x') + std::to_string(i);
    ASSERT_THAT(life.Append(payload), IsOk());
    const auto item = reader->Next();
    ASSERT_EQ(item->is, Reader::Item::Is::kRecord);
    EXPECT_EQ(item->record.payload, payload);
    EXPECT_EQ(reader->Next()->is, Reader::Item::Is::kEnd);
  }
}

TEST(Spool, EveryThreadsRecordsAreInItsOrder) {
  constexpr int kThreads = 8;
  constexpr int kRecords = 200;
  SimulatedDisk disk;
  Options options = SmallOptions();
  options.max_bytes = 256 * options.segment_bytes;
  Life life(disk, Clock::Real(), options);
  const LaneId lane = life.lane();
  std::atomic<int> acked = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRecords; ++i) {
        const std::string payload = std::to_string(t) + ":" + std::to_string(i);
        absl::Notification done;
        life.spool().Append({.lane = lane, .things = 1, .payload = payload},
                            [&](const StatusOr<Appended>& appended) {
                              if (appended.ok()) ++acked;
                              done.Notify();
                            });
        done.WaitForNotification();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(acked, kThreads * kRecords);
  const Seen seen = ReadLane(life.spool(), lane);
  std::vector<int> next(kThreads);
  for (size_t i = 0; i < seen.rows.size(); ++i) {
    const std::string& payload = seen.rows[i].payload;
    const int thread = payload[0] - '0';
    EXPECT_EQ(payload, std::to_string(thread) + ":" + std::to_string(next[thread]++));
    EXPECT_EQ(seen.rows[i].first_seq, static_cast<int64_t>(i));
  }
  EXPECT_THAT(seen.rows, SizeIs(kThreads * kRecords));
}

TEST(Spool, BufferedIsAnsweredAtOnce) {
  absl::Notification go;
  SimulatedDisk disk;
  Life life(disk);
  disk.SetHook([&](const testing::Operation& operation) {
    if (operation.is == testing::Operation::Is::kSync) go.WaitForNotification();
    return testing::Fault{};
  });
  bool answered = false;
  life.spool().Append(
      {.lane = life.lane(), .things = 1, .payload = "a", .level = AckLevel::kBuffered},
      [&](const StatusOr<Appended>& appended) { answered = appended.ok(); });
  EXPECT_TRUE(answered);
  EXPECT_THAT(ReadLane(life.spool(), life.lane()).rows, IsEmpty());
  absl::Notification durable;
  life.spool().WhenDurable(life.spool().durable(), [&] { durable.Notify(); });
  EXPECT_FALSE(durable.HasBeenNotified());
  go.Notify();
  durable.WaitForNotification();
  EXPECT_THAT(Payloads(ReadLane(life.spool(), life.lane())), ElementsAre("a"));
  bool woken = false;
  life.spool().WhenDurable({}, [&] { woken = true; });
  EXPECT_TRUE(woken);
}

}  // namespace
}  // namespace rookery::spool
