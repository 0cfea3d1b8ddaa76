#include "libs/rpc/executor.h"

#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "libs/base/testing/status_matchers.h"

namespace rookery::rpc {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::Time kNever = absl::InfiniteFuture();

// Keeps a thread until it is let go.
class Hold {
 public:
  Executor::Task Task() {
    return [this](const Status&) {
      begun_.Notify();
      release_.WaitForNotification();
    };
  }
  void WaitUntilBegun() { begun_.WaitForNotification(); }
  void Release() { release_.Notify(); }

 private:
  absl::Notification begun_;
  absl::Notification release_;
};

// What becomes of one task.
class Outcome {
 public:
  Executor::Task Task() {
    return [this](const Status& admitted) {
      admitted_ = admitted;
      done_.Notify();
    };
  }
  bool known() const { return done_.HasBeenNotified(); }
  const Status& Wait() {
    done_.WaitForNotification();
    return admitted_;
  }

 private:
  absl::Notification done_;
  Status admitted_;
};

// A task that takes this long, by the clock that the executor reads.
Executor::Task Spin(absl::Duration duration) {
  return [duration](const Status&) {
    const absl::Time end = absl::Now() + duration;
    while (absl::Now() < end) {
    }
  };
}

TEST(ExecutorTest, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    Executor executor({.threads = 2, .max_queued = 100});
    for (int i = 0; i < 100; ++i) {
      executor.Submit(kNever, [&ran](const Status& admitted) { ran += admitted.ok() ? 1 : 0; });
    }
  }
  EXPECT_EQ(ran, 100);
}

TEST(ExecutorTest, RefusesBeyondTheQueuesLimit) {
  Hold hold;
  Outcome first;
  Outcome second;
  Outcome third;
  metrics::Registry registry;
  Executor executor({.threads = 1, .max_queued = 2, .name = "test", .metrics = &registry});
  executor.Submit(kNever, hold.Task());
  hold.WaitUntilBegun();
  executor.Submit(kNever, first.Task());
  executor.Submit(kNever, second.Task());
  executor.Submit(kNever, third.Task());
  ASSERT_TRUE(third.known());
  EXPECT_THAT(third.Wait(), StatusIs(absl::StatusCode::kResourceExhausted));
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("rookery_executor_threads{executor=\"test\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("rookery_executor_busy_threads{executor=\"test\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("rookery_executor_queued_tasks{executor=\"test\"} 2\n"));
  EXPECT_THAT(
      text,
      HasSubstr("rookery_executor_refused_total{executor=\"test\",reason=\"queue_full\"} 1\n"));
  hold.Release();
  EXPECT_THAT(first.Wait(), testing::IsOk());
  EXPECT_THAT(second.Wait(), testing::IsOk());
}

TEST(ExecutorTest, ThreadsWorkSideBySide) {
  absl::Notification first;
  absl::Notification second;
  Executor executor({.threads = 2, .max_queued = 2});
  executor.Submit(kNever, [&](const Status&) {
    first.Notify();
    second.WaitForNotification();
  });
  executor.Submit(kNever, [&](const Status&) {
    first.WaitForNotification();
    second.Notify();
  });
}

TEST(ExecutorTest, RefusesWhatHasWaitedTooLong) {
  Hold hold;
  Outcome late;
  metrics::Registry registry;
  FakeClock clock;
  Executor executor({.threads = 1,
                     .max_wait = absl::Seconds(1),
                     .name = "test",
                     .metrics = &registry,
                     .clock = &clock});
  executor.Submit(kNever, hold.Task());
  hold.WaitUntilBegun();
  executor.Submit(kNever, late.Task());
  clock.Advance(absl::Milliseconds(1001));
  EXPECT_FALSE(late.known());
  hold.Release();
  EXPECT_THAT(late.Wait(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(
      registry.Text(),
      HasSubstr("rookery_executor_refused_total{executor=\"test\",reason=\"has_waited\"} 1\n"));
}

// With one thread that took long lately, one task in the queue and a second one coming.
class BehindSlowTasks : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 10; ++i) executor_.Submit(kNever, Spin(absl::Milliseconds(2)));
    executor_.Submit(kNever, hold_.Task());
    hold_.WaitUntilBegun();
    executor_.Submit(kNever, queued_.Task());
  }
  void TearDown() override { hold_.Release(); }

  Hold hold_;
  Outcome queued_;
  Outcome coming_;
  Executor executor_{{.threads = 1}};
};

TEST_F(BehindSlowTasks, OneWhoseDeadlineWouldPassMeanwhileIsRefusedAtOnce) {
  executor_.Submit(absl::Now() + absl::Microseconds(500), coming_.Task());
  ASSERT_TRUE(coming_.known());
  EXPECT_THAT(coming_.Wait(), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(BehindSlowTasks, OneThatHasTheTimeWaits) {
  executor_.Submit(absl::Now() + absl::Hours(1), coming_.Task());
  EXPECT_FALSE(coming_.known());
}

TEST(ExecutorTest, TakesTasksAgainWhenTheQueueHasEmptied) {
  Executor executor({.threads = 1, .max_wait = absl::Milliseconds(10)});
  executor.Submit(kNever, Spin(absl::Milliseconds(20)));
  // However slow the last one was: once it has been taken, nothing is ahead of the next.
  for (;;) {
    auto outcome = std::make_shared<Outcome>();
    executor.Submit(kNever,
                    [outcome, task = outcome->Task()](const Status& s) mutable { task(s); });
    if (outcome->Wait().ok()) break;
  }
}

}  // namespace
}  // namespace rookery::rpc
