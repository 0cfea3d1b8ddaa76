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
  std::vector<std::string> Take(MergeScope scope) {
    const MergeJob job = scope == MergeScope::kLarge ? queue_.TakeLarge() : queue_.Take(now_);
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
  EXPECT_FALSE(queue_.has_many());
  EXPECT_EQ(queue_.backlog(), 15);
}

TEST_F(MergeQueueTest, TwiceAsManyAreUrgent) {
  Add("a", 31);
  EXPECT_FALSE(queue_.urgent());
  Add("a", 1);
  EXPECT_TRUE(queue_.urgent());
  EXPECT_THAT(Take(MergeScope::kQuick), ElementsAre("a"));
  EXPECT_FALSE(queue_.urgent());
}

TEST_F(MergeQueueTest, LargeMergesAreTakenOnceEach) {
  Add("a", 16);
  Add("b", 16);
  AddLarge({"b", "b", "unknown"});
  EXPECT_TRUE(queue_.has_large());
  EXPECT_THAT(Take(MergeScope::kLarge), ElementsAre("b"));
  EXPECT_FALSE(queue_.has_large());
  EXPECT_THAT(Take(MergeScope::kQuick), ElementsAre("a", "b"));
}

TEST_F(MergeQueueTest, AQuietRunHasNoLargeMergeBesides) {
  Add("a", 1);
  AddLarge({"a"});
  now_ += absl::Seconds(11);
  EXPECT_THAT(Take(MergeScope::kAll), ElementsAre("a"));
  EXPECT_THAT(Take(MergeScope::kLarge), IsEmpty());
  EXPECT_THAT(Take(MergeScope::kAll), IsEmpty());
  EXPECT_EQ(queue_.backlog(), 0);
}

}  // namespace
}  // namespace rookery::tracking
