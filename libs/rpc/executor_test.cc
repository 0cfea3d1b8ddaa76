#include "libs/rpc/executor.h"

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <atomic>

namespace rookery::rpc {
namespace {

TEST(ExecutorTest, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    Executor executor({.threads = 2, .max_queued = 100});
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(executor.TrySubmit([&ran] { ++ran; }));
    }
  }
  EXPECT_EQ(ran, 100);
}

TEST(ExecutorTest, RefusesBeyondTheQueuesLimit) {
  absl::Notification busy;
  absl::Notification release;
  Executor executor({.threads = 1, .max_queued = 2});
  ASSERT_TRUE(executor.TrySubmit([&] {
    busy.Notify();
    release.WaitForNotification();
  }));
  busy.WaitForNotification();
  EXPECT_TRUE(executor.TrySubmit([] {}));
  EXPECT_TRUE(executor.TrySubmit([] {}));
  EXPECT_FALSE(executor.TrySubmit([] {}));
  release.Notify();
}

TEST(ExecutorTest, ThreadsWorkSideBySide) {
  absl::Notification first;
  absl::Notification second;
  Executor executor({.threads = 2, .max_queued = 2});
  ASSERT_TRUE(executor.TrySubmit([&] {
    first.Notify();
    second.WaitForNotification();
  }));
  ASSERT_TRUE(executor.TrySubmit([&] {
    first.WaitForNotification();
    second.Notify();
  }));
}

}  // namespace
}  // namespace rookery::rpc
