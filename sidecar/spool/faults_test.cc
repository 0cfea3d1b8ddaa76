// Disks that refuse, are slow, or full.
#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using testing::Fault;
using testing::FoldState;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Life;
using testing::Operation;
using testing::Payloads;
using testing::ReadLane;
using testing::Seen;
using testing::SimulatedDisk;
using ::testing::SizeIs;
using testing::SmallOptions;

// Fails operations of one kind, from the `skip`th on, `times` times; of segments only.
SimulatedDisk::Hook Failing(Operation::Is is, int skip, int times, size_t written_bytes = 0) {
  auto seen = std::make_shared<std::atomic<int>>(0);
  return [=](const Operation& operation) -> Fault {
    if (operation.is != is || operation.path.ends_with(".new")) return {};
    const int number = (*seen)++;
    if (number < skip || number - skip >= times) return {};
    return {absl::UnavailableError("input/output error"), written_bytes};
  };
}

// Whatever fails once, the record is stored, once, and is there after a loss of power.
TEST(Faults, OneRefusalIsNotNoticed) {
  for (const auto is : {Operation::Is::kWrite, Operation::Is::kSync, Operation::Is::kRename,
                        Operation::Is::kSyncFolder}) {
    for (const size_t written_bytes : {0, 20, 100, 1000}) {
      for (int skip = 0; skip < 6; ++skip) {
        SCOPED_TRACE(::testing::Message()
                     << static_cast<int>(is) << ", " << written_bytes << ", " << skip);
        SimulatedDisk disk;
        Life life(disk);
        ASSERT_THAT(life.Append("first"), IsOk());
        disk.SetHook(Failing(is, skip, 1, written_bytes));
        std::vector<std::string> payloads = {"first"};
        for (int i = 0; i < 12; ++i) {
          payloads.push_back(std::string(3000, 'x') + std::to_string(i));
          ASSERT_THAT(life.Append(payloads.back()), IsOk());
        }
        const Seen seen = ReadLane(life.spool(), 0);
        EXPECT_EQ(Payloads(seen), payloads);
        EXPECT_THAT(seen.gaps, IsEmpty());
        disk.SetHook(nullptr);
        std::mt19937_64 random(1);
        const auto left =
            disk.AfterPowerLoss(disk.operations(), SimulatedDisk::Unsynced::kNone, random);
        Life after(*left);
        const Seen again = ReadLane(after.spool(), 0);
        EXPECT_EQ(Payloads(again), payloads);
        EXPECT_THAT(again.gaps, IsEmpty());
        EXPECT_EQ(after.state().lanes().at(0), again.fold);
        if (HasFailure()) return;
      }
    }
  }
}

TEST(Faults, ManyWaitWhileTheDiskRefusesAFewTimes) {
  SimulatedDisk disk;
  Options options = SmallOptions();
  options.patience = absl::Seconds(60);
  Life life(disk, Clock::Real(), options);
  const LaneId lane = life.lane();
  std::atomic<int> stored = 0;
  absl::Notification all;
  constexpr int kRecords = 200;
  {
    absl::Notification go;
    disk.SetHook([&](const Operation& operation) -> Fault {
      if (operation.is == Operation::Is::kWrite) go.WaitForNotification();
      return {};
    });
    for (int i = 0; i < kRecords; ++i) {
      life.spool().Append({.lane = lane, .things = 1, .payload = std::string(400, 'x')},
                          [&](const StatusOr<Appended>& appended) {
                            EXPECT_THAT(appended, IsOk());
                            if (++stored == kRecords) all.Notify();
                          });
    }
    // Those that wait have places in several segments, all of which move.
    auto failing = Failing(Operation::Is::kSync, 0, 4);
    disk.SetHook(failing);
    go.Notify();
    all.WaitForNotification();
  }
  disk.SetHook(nullptr);
  const Seen seen = ReadLane(life.spool(), lane);
  EXPECT_THAT(seen.rows, SizeIs(kRecords));
  EXPECT_THAT(seen.gaps, IsEmpty());
  life.Close();
  Life after(disk);
  EXPECT_EQ(ReadLane(after.spool(), lane).fold, seen.fold);
  EXPECT_EQ(after.state().lanes().at(lane), seen.fold);
}

TEST(Faults, AnswersComeThoughTheDiskIsGone) {
  SimulatedDisk disk;
  Life life(disk);
  ASSERT_THAT(life.Append("a"), IsOk());
  disk.SetHook(Failing(Operation::Is::kSync, 0, 1 << 30));
  EXPECT_THAT(life.Append("b"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("may be stored")));
  EXPECT_THAT(life.spool().Writable(), StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_THAT(life.Append("refused"), StatusIs(absl::StatusCode::kUnavailable, _));
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("a"));

  absl::Notification durable;
  life.spool().WhenDurable(life.spool().durable(), [&] { durable.Notify(); });
  disk.SetHook(nullptr);
  durable.WaitForNotification();
  // The numbers of what was kept are not given away again.
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("a", "b"));
  EXPECT_EQ(life.Append("c")->first_seq, 2);
  EXPECT_THAT(life.spool().Writable(), IsOk());
  const Seen seen = ReadLane(life.spool(), 0);
  EXPECT_THAT(Payloads(seen), ElementsAre("a", "b", "c"));
  life.Close();
  Life after(disk);
  EXPECT_EQ(ReadLane(after.spool(), 0).rows, seen.rows);
  EXPECT_EQ(after.state().lanes().at(0), seen.fold);
}

TEST(Faults, ClosesThoughTheDiskIsGone) {
  SimulatedDisk disk;
  Options options = SmallOptions();
  options.patience = absl::Hours(1);
  std::promise<StatusOr<Appended>> answer;
  absl::Notification refused;
  {
    Life life(disk, Clock::Real(), options);
    ASSERT_THAT(life.Append("a"), IsOk());
    auto failing = Failing(Operation::Is::kWrite, 0, 1 << 30);
    disk.SetHook([&, failing](const Operation& operation) {
      const Fault fault = failing(operation);
      if (!fault.status.ok() && !refused.HasBeenNotified()) refused.Notify();
      return fault;
    });
    life.spool().Append({.lane = 0, .things = 1, .payload = "b"},
                        [&](const StatusOr<Appended>& appended) { answer.set_value(appended); });
    refused.WaitForNotification();
  }
  EXPECT_THAT(answer.get_future().get(), StatusIs(absl::StatusCode::kUnavailable, _));
  disk.SetHook(nullptr);
  Life life(disk);
  EXPECT_THAT(Payloads(ReadLane(life.spool(), 0)), ElementsAre("a"));
  EXPECT_EQ(life.Append("c")->first_seq, 1);
}

TEST(Faults, ASlowSyncHoldsAnswersBackAndGathersWhatComes) {
  absl::Notification begun;
  absl::Notification go;
  SimulatedDisk disk;
  Life life(disk);
  ASSERT_THAT(life.Append("a"), IsOk());
  disk.SetHook([&](const Operation& operation) {
    if (operation.is == Operation::Is::kSync && !go.HasBeenNotified()) {
      if (!begun.HasBeenNotified()) begun.Notify();
      go.WaitForNotification();
    }
    return Fault{};
  });
  std::atomic<int> answers = 0;
  absl::Notification all;
  const auto append = [&] {
    life.spool().Append({.lane = 0, .things = 1, .payload = "x"},
                        [&](const StatusOr<Appended>& appended) {
                          EXPECT_THAT(appended, IsOk());
                          if (++answers == 21) all.Notify();
                        });
  };
  append();
  begun.WaitForNotification();
  const size_t before = disk.operations();
  for (int i = 0; i < 20; ++i) append();
  EXPECT_EQ(answers, 0);
  go.Notify();
  all.WaitForNotification();
  // One sync for the first, one write and one sync for all others.
  EXPECT_EQ(disk.operations(), before + 3);
}

TEST(Faults, TooMuchThatWaitsIsRefused) {
  absl::Notification go;
  SimulatedDisk disk;
  Options options = SmallOptions();
  options.max_buffered_bytes = 8 << 10;
  Life life(disk, Clock::Real(), options);
  ASSERT_THAT(life.Append("a"), IsOk());
  disk.SetHook([&](const Operation& operation) {
    if (operation.is == Operation::Is::kSync) go.WaitForNotification();
    return Fault{};
  });
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    life.spool().Append(
        {.lane = 0, .things = 1, .payload = std::string(1000, 'x'), .level = AckLevel::kBuffered},
        [&](const StatusOr<Appended>& appended) {
          if (appended.ok()) return;
          EXPECT_THAT(appended, StatusIs(absl::StatusCode::kResourceExhausted,
                                         HasSubstr("waits to be written")));
          ++refused;
        });
  }
  EXPECT_EQ(refused, 20 - 7);
  go.Notify();
  ASSERT_THAT(life.Append("b"), IsOk());
}

TEST(Faults, ADiskThatFillsRefusesAndGoesOn) {
  SimulatedDisk disk;
  Life life(disk);
  disk.SetCapacity(6 * (16 << 10));
  int stored = 0;
  StatusOr<Appended> appended;
  while ((appended = life.Append(std::string(1000, 'x'), 1, "w", Priority::kEssential)).ok()) {
    ASSERT_LT(++stored, 200);
  }
  EXPECT_THAT(appended, StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_GT(stored, 30);
  while (life.Append("", 1, "w", Priority::kEssential).ok()) ++stored;
  EXPECT_THAT(life.spool().Writable(), StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_THAT(ReadLane(life.spool(), 0).rows, SizeIs(stored));
  // Starting needs no room, so that what is there can go upstream.
  life.Close();
  Life again(disk);
  EXPECT_THAT(ReadLane(again.spool(), 0).rows, SizeIs(stored));
  EXPECT_THAT(again.Append("x"), StatusIs(absl::StatusCode::kResourceExhausted, _));
  EXPECT_EQ(again.state().lanes().at(0).records, static_cast<uint64_t>(stored));
}

TEST(Faults, ANewSpoolNeedsTwoSegments) {
  SimulatedDisk disk;
  disk.SetCapacity(30 << 10);
  FoldState state;
  EXPECT_THAT(Spool::Open(disk, Clock::Real(), SmallOptions(), state),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  disk.SetCapacity(1 << 20);
  disk.SetHook([](const Operation& operation) -> Fault {
    if (operation.is != Operation::Is::kCreate) return {};
    return {absl::UnavailableError("input/output error")};
  });
  EXPECT_THAT(Spool::Open(disk, Clock::Real(), SmallOptions(), state),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST(Faults, AReaderOfADiskThatRefusesAsksAgain) {
  SimulatedDisk disk;
  Life life(disk);
  ASSERT_THAT(life.Append("a"), IsOk());
  const auto reader = life.spool().Read(0, {});
  disk.SetHook(Failing(Operation::Is::kRead, 0, 1));
  EXPECT_THAT(reader->Next(), StatusIs(absl::StatusCode::kUnavailable, _));
  const auto item = reader->Next();
  ASSERT_THAT(item, IsOk());
  EXPECT_EQ(item->record.payload, "a");
}

TEST(Faults, AStateThatIsTooLargeIsMadeFromAnEarlierOne) {
  SimulatedDisk disk;
  FoldState state;
  auto spool = Spool::Open(disk, Clock::Real(), SmallOptions(), state);
  ASSERT_THAT(spool, IsOk());
  const LaneId lane = *(*spool)->LaneOf("w");
  for (int i = 0; i < 60; ++i) {
    state.padding_bytes = i < 20 ? 0 : 100'000;
    std::promise<bool> done;
    (*spool)->Append({.lane = lane, .things = 1, .payload = std::string(1000, 'x')},
                     [&](const StatusOr<Appended>& appended) { done.set_value(appended.ok()); });
    ASSERT_TRUE(done.get_future().get());
  }
  spool->reset();
  Life life(disk);
  EXPECT_EQ(life.state().lanes().at(lane).records, 60U);
}

}  // namespace
}  // namespace rookery::spool
