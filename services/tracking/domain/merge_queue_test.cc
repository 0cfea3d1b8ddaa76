#include "services/tracking/domain/merge_queue.h"

#include <gmock/gmock.h>

namespace rookery::tracking {
namespace {

using store::MergeScope;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MergeQueueTest : public ::testing::Test {
 protected:
  void Add(const std::string& run_id, int64_t segments, const std::string& workspace = "w") {
    queue_.Add({workspace, run_id}, segments, now_);
  }
  void AddLarge(const std::vector<std::string>& run_ids) { queue_.AddLarge("w", run_ids); }
  std::vector<std::string> Take(MergeScope scope, bool rests = false) {
    const MergeJob job = queue_.Take(rests, now_);
    if (!job.empty()) EXPECT_EQ(job.scope, scope);
    return job.run_ids;
  }

  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  MergeQueue queue_{{.many = 16, .quiet = absl::Seconds(10)}};
};

TEST_F(MergeQueueTest, RunsOfOneWorkspaceThatHaveGatheredManyGoTogether) {
  Add("a", 16);
  Add("b", 15);
  Add("c", 16);
  Add("d", 16, "another");
  EXPECT_EQ(queue_.backlog(), 63);
  EXPECT_THAT(Take(MergeScope::kQuick), ElementsAre("a", "c"));
  EXPECT_THAT(Take(MergeScope::kQuick), ElementsAre("d"));
  EXPECT_FALSE(queue_.IsDue(/*rests=*/false));
  EXPECT_EQ(queue_.backlog(), 15);
}

TEST_F(MergeQueueTest, InARestOnlyWhatIsUrgentIsDueAndQuick) {
  Add("a", 16);
  AddLarge({"a"});
  EXPECT_FALSE(queue_.IsDue(/*rests=*/true));
  EXPECT_THAT(Take(MergeScope::kQuick, /*rests=*/true), IsEmpty());
  Add("a", 16);
  EXPECT_TRUE(queue_.urgent());
  EXPECT_TRUE(queue_.IsDue(/*rests=*/true));
  EXPECT_THAT(Take(MergeScope::kQuick, /*rests=*/true), ElementsAre("a"));
  EXPECT_THAT(Take(MergeScope::kQuick, /*rests=*/true), IsEmpty());
  EXPECT_THAT(Take(MergeScope::kSmall), ElementsAre("a"));
}

TEST_F(MergeQueueTest, WhatMayTakeLongHasItsTurnAfterWhatIsQuick) {
  for (int round = 0; round < 3; ++round) {
    Add("a", 16);
    Add("b", 16);
    EXPECT_THAT(Take(MergeScope::kQuick), ElementsAre("a", "b"));
    AddLarge({"b", "b", "unknown"});
    // However many come meanwhile.
    Add("a", 40);
    EXPECT_THAT(Take(MergeScope::kSmall), ElementsAre("b"));
    EXPECT_THAT(Take(MergeScope::kQuick), ElementsAre("a"));
  }
}

TEST_F(MergeQueueTest, AQuietRunHasNoLargeMergeBesides) {
  Add("a", 1);
  AddLarge({"a"});
  Add("b", 1);
  EXPECT_THAT(Take(MergeScope::kSmall), ElementsAre("a"));
  AddLarge({"b"});
  now_ += absl::Seconds(11);
  // In a rest it becomes quiet, too, and waits.
  EXPECT_THAT(Take(MergeScope::kAll, /*rests=*/true), IsEmpty());
  EXPECT_THAT(Take(MergeScope::kSmall), ElementsAre("b"));
  EXPECT_THAT(Take(MergeScope::kAll), ElementsAre("a", "b"));
  EXPECT_THAT(Take(MergeScope::kAll), IsEmpty());
  EXPECT_EQ(queue_.backlog(), 0);
}

}  // namespace
}  // namespace rookery::tracking
