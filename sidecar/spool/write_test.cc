// Who writes: the spool's thread, or a caller of Write.
#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/spool/testing/spool_case.h"

namespace rookery::spool {
namespace {

using ::rookery::testing::IsOk;
using ::testing::ElementsAre;
using testing::Fault;
using ::testing::IsEmpty;
using testing::Life;
using testing::Operation;
using testing::Payloads;
using testing::ReadLane;
using testing::Seen;
using testing::SimulatedDisk;

// Appends on this thread, which calls Write if need be.
class Caller {
 public:
  Caller(Life& life, std::string payload) : life_(life), payload_(std::move(payload)) {}

  // Whether the answer came within Write.
  bool Write() {
    life_.spool().Append({.lane = life_.lane(), .payload = payload_, .caller_writes = true},
                         [this](const StatusOr<Appended>& appended) {
                           EXPECT_THAT(appended, IsOk());
                           answered_.set_value(std::this_thread::get_id());
                         });
    life_.spool().Write();
    return writer_.wait_for(std::chrono::seconds(0)) == std::future_status::ready &&
           writer_.get() == std::this_thread::get_id();
  }
  void Wait() { writer_.wait(); }

 private:
  Life& life_;
  const std::string payload_;
  std::promise<std::thread::id> answered_;
  std::shared_future<std::thread::id> writer_ = answered_.get_future();
};

// From here on a caller writes: the last write, which the spool's thread made, was quick, and the
// thread has nothing to do.
void MakeQuick(Life& life) {
  for (;;) {
    Caller caller(life, "quick");
    const bool has_written = caller.Write();
    caller.Wait();
    if (has_written) return;
  }
}

std::vector<std::string> WithoutQuick(const Seen& seen) {
  std::vector<std::string> payloads = Payloads(seen);
  std::erase(payloads, "quick");
  return payloads;
}

TEST(Write, ACallerAloneWritesItself) {
  SimulatedDisk disk;
  Life life(disk);
  MakeQuick(life);
  Caller caller(life, "a");
  caller.Write();
  caller.Wait();
  EXPECT_THAT(WithoutQuick(ReadLane(life.spool(), 0)), ElementsAre("a"));
}

TEST(Write, IsTheThreadsWhenTheLastWriteWasSlow) {
  SimulatedDisk disk;
  Life life(disk);
  MakeQuick(life);
  disk.SetHook([](const Operation& operation) -> Fault {
    if (operation.is == Operation::Is::kSync) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
  });
  Caller first(life, "a");
  first.Write();
  first.Wait();
  Caller second(life, "b");
  EXPECT_FALSE(second.Write());
  second.Wait();
}

TEST(Write, IsTheThreadsWhenAnotherHasJustWritten) {
  SimulatedDisk disk;
  Options options = testing::SmallOptions();
  options.caller_pause = absl::Hours(1);
  Life life(disk, Clock::Real(), options);
  for (int i = 0; i < 3; ++i) {
    Caller caller(life, "a");
    EXPECT_FALSE(caller.Write());
    caller.Wait();
  }
}

TEST(Write, WhoComesWhileAnotherWritesDoesNotWaitForHim) {
  SimulatedDisk disk;
  Life life(disk);
  absl::Notification hangs;
  absl::Notification goes_on;
  std::atomic<bool> is_hung = false;
  MakeQuick(life);
  disk.SetHook([&](const Operation& operation) -> Fault {
    if (operation.is == Operation::Is::kSync && !is_hung.exchange(true)) {
      hangs.Notify();
      goes_on.WaitForNotification();
    }
    return {};
  });
  Caller first(life, "a");
  std::thread other([&] { first.Write(); });
  hangs.WaitForNotification();
  Caller second(life, "b");
  EXPECT_FALSE(second.Write());
  goes_on.Notify();
  first.Wait();
  // By the thread, although nobody calls again.
  second.Wait();
  other.join();
  EXPECT_THAT(WithoutQuick(ReadLane(life.spool(), 0)), ElementsAre("a", "b"));
}

TEST(Write, ADiskThatHangsUnderACallerStopsTheHeartbeat) {
  SimulatedDisk disk;
  Life life(disk);
  absl::Notification hangs;
  absl::Notification goes_on;
  MakeQuick(life);
  disk.SetHook([&](const Operation& operation) -> Fault {
    if (operation.is == Operation::Is::kSync && !hangs.HasBeenNotified()) {
      hangs.Notify();
      goes_on.WaitForNotification();
    }
    return {};
  });
  Caller caller(life, "a");
  std::thread other([&] { caller.Write(); });
  hangs.WaitForNotification();
  const SteadyTime begun = SteadyNow();
  // The thread looks every second.
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  EXPECT_LT(life.spool().heartbeat(), begun);
  goes_on.Notify();
  caller.Wait();
  other.join();
}

TEST(Write, WhatTheDiskRefusesACallerTheThreadWrites) {
  for (const auto is : {Operation::Is::kWrite, Operation::Is::kSync}) {
    SimulatedDisk disk;
    Life life(disk);
    MakeQuick(life);
    std::atomic<bool> has_refused = false;
    disk.SetHook([&](const Operation& operation) -> Fault {
      if (operation.is != is || has_refused.exchange(true)) return {};
      return {absl::UnavailableError("input/output error"), 10};
    });
    Caller caller(life, "a");
    EXPECT_FALSE(caller.Write());
    caller.Wait();
    const Seen seen = ReadLane(life.spool(), 0);
    EXPECT_THAT(WithoutQuick(seen), ElementsAre("a"));
    EXPECT_THAT(seen.gaps, IsEmpty());
  }
}

TEST(Write, WithNothingToWriteDoesNothing) {
  SimulatedDisk disk;
  Life life(disk);
  MakeQuick(life);
  const size_t operations = disk.operations();
  life.spool().Write();
  EXPECT_EQ(disk.operations(), operations);
}

}  // namespace
}  // namespace rookery::spool
