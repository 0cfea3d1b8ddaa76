#include "sidecar/forward/catching_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sidecar/testing/sidecar_test.h"

namespace rookery::sidecar {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Place = CatchingUp::Place;

class CatchingUpTest : public SidecarTest {
 protected:
  // Asked with so much upstream, and as much written.
  void Ask(CatchingUp& asking, const Place& sent, const Place& written) {
    fake_->SetBack(sent.seq, 1);
    (void)asking.Ask(1, sent, [&] { return written; });
  }
};

TEST_F(CatchingUpTest, AnEndIsCaughtUpWithWhenAllIsSentThatWasWrittenThen) {
  Upstream upstream(fake_, [] { return std::string(); });
  CatchingUp asking(upstream, "default", "p");
  fake_->AwaitEnd("e");
  Ask(asking, {{1, 100}, 5}, {{1, 200}, 7});
  EXPECT_THAT(fake_->told(), IsEmpty());
  // By position and by number, and what comes later does not count.
  EXPECT_FALSE(asking.IsDue({{1, 199}, 7}));
  EXPECT_FALSE(asking.IsDue({{1, 200}, 6}));
  EXPECT_TRUE(asking.IsDue({{1, 200}, 7}));
  Ask(asking, {{1, 200}, 7}, {{1, 900}, 90});
  ASSERT_THAT(fake_->told(), SizeIs(1));
  EXPECT_THAT(fake_->told()[0].end_ids, ElementsAre("e"));
  EXPECT_FALSE(asking.IsDue({{1, 900}, 90}));
}

TEST_F(CatchingUpTest, WithNothingLeftItTellsAtOnce) {
  Upstream upstream(fake_, [] { return std::string(); });
  CatchingUp asking(upstream, "default", "p");
  fake_->AwaitEnd("e");
  Ask(asking, {{1, 200}, 7}, {{1, 200}, 7});
  EXPECT_THAT(fake_->told(), SizeIs(1));
}

TEST_F(CatchingUpTest, AfterAFailureItAsksAnew) {
  Upstream upstream(fake_, [] { return std::string(); });
  CatchingUp asking(upstream, "default", "p");
  fake_->AwaitEnd("e");
  Ask(asking, {{1, 100}, 5}, {{1, 200}, 7});
  fake_->FailBefore([](const std::string&) { return absl::InternalError("no"); });
  Ask(asking, {{1, 200}, 7}, {{1, 200}, 7});
  fake_->FailBefore({});
  // What was written meanwhile may have been acknowledged, too.
  Ask(asking, {{1, 200}, 7}, {{1, 300}, 9});
  EXPECT_THAT(fake_->told(), IsEmpty());
  Ask(asking, {{1, 300}, 9}, {{1, 300}, 9});
  EXPECT_THAT(fake_->told(), SizeIs(1));
}

TEST_F(CatchingUpTest, AnUpstreamThatDoesNotKnowTheCallIsAskedOnceAndThenWithNewThings) {
  fake_->FailBefore([](const std::string& method) -> Status {
    if (method == "CatchUp") return absl::UnimplementedError("");
    return absl::OkStatus();
  });
  Upstream upstream(fake_, [] { return std::string(); });
  CatchingUp asking(upstream, "default", "p");
  EXPECT_TRUE(asking.IsDue({}));
  Ask(asking, {}, {});
  EXPECT_EQ(asking.due(), SteadyTime::max());
  asking.Wrote();
  EXPECT_LT(asking.due(), SteadyTime::max());
}

TEST_F(CatchingUpTest, ALaneThatHasNothingToDoTells) {
  Start();
  Log("r", 0);
  ROOKERY_EXPECT_OK(Flush());
  fake_->AwaitEnd("e");
  const auto told = fake_->WaitForTold(1);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0].end_ids, ElementsAre("e"));
  EXPECT_EQ(told[0].next_seq, 1);
}

TEST_F(CatchingUpTest, ALaneWhoseUpstreamWasAwayTellsWhenItsBacklogIsThere) {
  fake_->FailBefore([](const std::string&) { return absl::UnavailableError("away"); });
  fake_->AwaitEnd("e");
  Start();
  constexpr int kPoints = 500;
  for (int i = 0; i < kPoints; ++i) Log("r", i);
  fake_->FailBefore({});
  const auto told = fake_->WaitForTold(1);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].next_seq, kPoints);
}

TEST_F(CatchingUpTest, AnUpstreamThatWasSetBackGetsWhatItLacksBeforeItIsTold) {
  Start();
  constexpr int kPoints = 20;
  for (int i = 0; i < kPoints; ++i) Log("r", i);
  ROOKERY_EXPECT_OK(Flush());
  fake_->SetBack(5, 1);
  fake_->AwaitEnd("e");
  const auto told = fake_->WaitForTold(1);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].next_seq, kPoints);
  EXPECT_THAT(fake_->stored()["r"], SizeIs(kPoints));
}

TEST_F(CatchingUpTest, ALaneThatEndsWithNothingLeftLeaves) {
  Start();
  Log("r", 0);
  ROOKERY_EXPECT_OK(Flush());
  Stop();
  ASSERT_THAT(fake_->told(), SizeIs(1));
  EXPECT_TRUE(fake_->told()[0].leaves);
  EXPECT_EQ(fake_->told()[0].next_seq, 1);
}

TEST_F(CatchingUpTest, ALaneThatEndsWithSomethingLeftDoesNotLeave) {
  Start();
  Log("r", 0);
  ROOKERY_EXPECT_OK(Flush());
  fake_->FailBefore([](const std::string& method) -> Status {
    if (method == "Ingest") return absl::ResourceExhaustedError("later");
    return absl::OkStatus();
  });
  Log("r", 1);
  Stop();
  EXPECT_THAT(fake_->told(), IsEmpty());
}

}  // namespace
}  // namespace rookery::sidecar
