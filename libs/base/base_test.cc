#include <gtest/gtest.h>

#include <set>

#include "libs/base/clock.h"
#include "libs/base/ids.h"
#include "libs/base/status.h"
#include "libs/base/testing/status_matchers.h"

namespace rookery {
namespace {

using ::rookery::testing::StatusIs;

TEST(Ids, RunIdsAreThirtyTwoHexDigitsAndDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(NewRunId());
  EXPECT_EQ(ids.size(), 1000u);
  for (const auto& id : ids) {
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(id.size(), 32u);
  }
}

TEST(Ids, ExperimentIdsArePositiveAndOrderedByTime) {
  FakeClock clock;
  const int64_t first = NewExperimentId(clock);
  clock.Advance(absl::Milliseconds(1));
  const int64_t second = NewExperimentId(clock);
  EXPECT_GT(first, 0);
  EXPECT_GT(second, first);
  FakeClock far(absl::FromUnixSeconds(3'700'000'000));
  EXPECT_GT(NewExperimentId(far), second);
}

TEST(Ids, RandomNamesFitMlflowsLength) {
  for (int i = 0; i < 1000; ++i) EXPECT_LE(NewRandomName().size(), 20u);
}

TEST(Ids, GuidsAreOfVersion4AndDiffer) {
  const std::string guid = NewGuid();
  EXPECT_THAT(guid, ::testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-"
                                            "[0-9a-f]+"));
  EXPECT_EQ(guid.size(), 36U);
  EXPECT_NE(guid, NewGuid());
}

TEST(Ids, WorkspaceNamesAreChecked) {
  for (const char* good : {"ab", "Team-1", "0_x", "default"})
    EXPECT_TRUE(IsValidWorkspaceName(good));
  for (const char* bad : {"", "a", "-ab", "_ab", "a/b", "..", "a b", "a.b", "\xc3\xa4\xc3\xa4"}) {
    EXPECT_FALSE(IsValidWorkspaceName(bad)) << bad;
  }
  EXPECT_TRUE(IsValidWorkspaceName(std::string(63, 'x')));
  EXPECT_FALSE(IsValidWorkspaceName(std::string(64, 'x')));
}

TEST(Ids, RunIdsFromOutsideAreChecked) {
  EXPECT_TRUE(IsValidRunId("a_B-9"));
  EXPECT_FALSE(IsValidRunId(""));
  EXPECT_FALSE(IsValidRunId("-a"));
  EXPECT_FALSE(IsValidRunId("a/b"));
  EXPECT_FALSE(IsValidRunId(std::string(257, 'a')));
}

TEST(StatusTest, ErrorCodeTravelsWithTheStatus) {
  Status status = WithErrorCode(absl::InvalidArgumentError("no"), "BAD_REQUEST");
  EXPECT_EQ(ErrorCode(status), "BAD_REQUEST");
  EXPECT_EQ(ErrorCode(Prefixed("metrics: ", status)), "BAD_REQUEST");
  EXPECT_EQ(Prefixed("metrics: ", status).message(), "metrics: no");
  EXPECT_EQ(ErrorCode(absl::InvalidArgumentError("no")), "");
}

StatusOr<int> Twice(StatusOr<int> in) {
  ASSIGN_OR_RETURN(const int value, std::move(in));
  return 2 * value;
}

TEST(StatusTest, AssignOrReturn) {
  EXPECT_EQ(*Twice(2), 4);
  EXPECT_THAT(Twice(absl::NotFoundError("x")), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace rookery
