#include "libs/tokens/key_set.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include "libs/base/testing/log_lines.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/testing/fake_key_fetcher.h"
#include "libs/tokens/testing/tokens.h"

namespace rookery::tokens {
namespace {

using rookery::testing::LogLines;
using rookery::testing::StatusIs;
using testing::FakeKeyFetcher;
using ::testing::HasSubstr;
using testing::KeySetOf;
using testing::TestKey;

constexpr char kUrl[] = "https://keys.example/";

// Answers when told to.
class SlowFetcher final : public KeyFetcher {
 public:
  StatusOr<std::string> Fetch(const std::string&) override {
    begun.set_value();
    return answer.get_future().get();
  }
  std::promise<void> begun;
  std::promise<StatusOr<std::string>> answer;
};

TEST(KeySetTest, IsFetchedWhenAskedForAndThenWhenOld) {
  FakeClock clock;
  FakeKeyFetcher fetcher;
  fetcher.Publish(kUrl, KeySetOf(TestKey(0)));
  KeySet keys(kUrl, &fetcher, &clock);
  const std::string id = TestKey(0).id();
  EXPECT_TRUE(keys.Look(id).fetch_first);
  EXPECT_EQ(keys.Look(id).ring, nullptr);
  ROOKERY_ASSERT_OK(keys.Fetch());
  EXPECT_FALSE(keys.Look(id).fetch_first);
  EXPECT_EQ(keys.Look(id).version, 1);

  clock.Advance(absl::Hours(1));
  EXPECT_TRUE(keys.Look(id).fetch_first);
  ROOKERY_ASSERT_OK(keys.Fetch());
  EXPECT_FALSE(keys.Look(id).fetch_first);
  EXPECT_EQ(keys.Look(id).version, 1) << "the same keys";
}

TEST(KeySetTest, FetchesNoMoreOftenThanTheInterval) {
  FakeClock clock;
  FakeKeyFetcher fetcher;
  KeySet keys(kUrl, &fetcher, &clock);
  EXPECT_THAT(keys.Fetch(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(keys.Fetch(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(fetcher.fetches(), 1);
  EXPECT_FALSE(keys.Look("id").fetch_first);
  clock.Advance(absl::Seconds(10));
  EXPECT_TRUE(keys.Look("id").fetch_first);
  // A clock that is set back does not stop it.
  clock.Advance(-absl::Hours(1));
  EXPECT_TRUE(keys.Look("id").fetch_first);
}

TEST(KeySetTest, OneThreadFetchesAndThoseWithoutAKeyWaitForIt) {
  FakeClock clock;
  SlowFetcher fetcher;
  KeySet keys(kUrl, &fetcher, &clock);
  std::vector<std::future<Status>> outcomes;
  outcomes.push_back(std::async(std::launch::async, [&] { return keys.Fetch(); }));
  fetcher.begun.get_future().wait();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(keys.Look("id").fetch_first);
    // A second call of the fetcher would throw: its promise is kept once.
    outcomes.push_back(std::async(std::launch::async, [&] { return keys.Fetch(); }));
  }
  fetcher.answer.set_value(KeySetOf(TestKey(0)));
  for (std::future<Status>& outcome : outcomes) ROOKERY_EXPECT_OK(outcome.get());
}

TEST(KeySetTest, ThoseWithAnOldKeyDoNotWait) {
  FakeClock clock;
  // First a good answer, then one that takes its time.
  class : public KeyFetcher {
   public:
    StatusOr<std::string> Fetch(const std::string& url) override {
      return first.exchange(false) ? KeySetOf(TestKey(0)) : slow.Fetch(url);
    }
    std::atomic<bool> first = true;
    SlowFetcher slow;
  } fetcher;
  KeySet keys(kUrl, &fetcher, &clock);
  ROOKERY_ASSERT_OK(keys.Fetch());
  clock.Advance(absl::Hours(1));
  const std::string id = TestKey(0).id();
  EXPECT_TRUE(keys.Look(id).fetch_first);
  std::future<Status> outcome = std::async(std::launch::async, [&] { return keys.Fetch(); });
  fetcher.slow.begun.get_future().wait();
  EXPECT_FALSE(keys.Look(id).fetch_first);
  EXPECT_NE(keys.Look(id).ring, nullptr);
  fetcher.slow.answer.set_value(absl::DeadlineExceededError("no answer"));
  EXPECT_THAT(outcome.get(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_NE(keys.Look(id).ring, nullptr);
}

TEST(KeySetTest, AFailureIsLoggedWithItsReason) {
  FakeClock clock;
  FakeKeyFetcher fetcher;
  fetcher.Publish(kUrl, KeySetOf(TestKey(0)));
  KeySet keys(kUrl, &fetcher, &clock);
  const LogLines lines;
  ROOKERY_ASSERT_OK(keys.Fetch());
  fetcher.GoDown();
  clock.Advance(absl::Seconds(10));
  EXPECT_THAT(keys.Fetch(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(lines.text(), HasSubstr("keys from https://keys.example/: 1 in use"));
  EXPECT_THAT(lines.text(),
              HasSubstr("keys from https://keys.example/: connection refused; the old "
                        "ones stay in use"));
}

TEST(KeySetTest, MayBeAFile) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("rookery_keys_" + std::to_string(getpid()));
  FakeClock clock;
  FakeKeyFetcher fetcher;
  KeySet keys(path, &fetcher, &clock);
  EXPECT_THAT(keys.Fetch(), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("cannot open")));
  std::ofstream(path) << KeySetOf(TestKey(0));
  clock.Advance(absl::Seconds(10));
  ROOKERY_EXPECT_OK(keys.Fetch());
  std::ofstream(path) << std::string(1024 * 1024 + 1, ' ');
  clock.Advance(absl::Seconds(10));
  EXPECT_THAT(keys.Fetch(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1048576")));
  EXPECT_EQ(keys.Look(TestKey(0).id()).ring->size(), 1U);
  EXPECT_EQ(fetcher.fetches(), 0);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace rookery::tokens
