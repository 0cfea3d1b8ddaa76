// Orders and pages of SearchRuns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "services/tracking/testing/search_test.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;
using testing::Point;

class RunSearchOrderTest : public testing::SearchTest {
 protected:
  void SetUp() override {
    SearchTest::SetUp();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    AddRun("a", {{Point("m", 1), Point("n", 1)}, {{"p", "10"}}, {{"t", "b"}}});
    AddRun("b", {{Point("m", NAN), Point("n", 2)}, {{"p", "9"}}, {{"t", "B"}}});
    AddRun("c", {{Point("n", 1)}, {}, {{"t", "ä"}}});
    AddRun("d", {{Point("m", 1), Point("n", NAN)}, {{"p", "10"}}, {}});
    AddRun("e", {{Point("m", -kInfinity)}, {{"p", ""}}, {}});
    AddRun("f", {{Point("m", kInfinity)}, {}, {}});
  }

  // All ids, read in pages of `size`. `between` runs after each page.
  std::string Pages(
      v1::SearchRunsRequest request, int size, const std::function<void()>& between = [] {}) {
    request.set_max_results(size);
    std::string ids;
    for (int page = 0; page < 50; ++page) {
      const auto response = Search(request);
      if (!response.ok()) return response.status().ToString();
      EXPECT_LE(response->runs_size(), size);
      if (response->runs_size() > 0) ids += (ids.empty() ? "" : " ") + Ids(*response);
      if (!response->has_next_page_token()) return ids;
      EXPECT_EQ(response->runs_size(), size);
      request.set_page_token(response->next_page_token());
      between();
    }
    return "no end: " + ids;
  }
};
ROOKERY_OVER_ALL_DATABASES(RunSearchOrderTest);

TEST_P(RunSearchOrderTest, OrdersAlikeInPagesOfAnySize) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{}, "f e d c b a"},
      {{"start_time"}, "a b c d e f"},
      {{"created ASC"}, "a b c d e f"},
      {{"run_id DESC"}, "f e d c b a"},
      {{"attributes.run_name"}, "a b c d e f"},
      {{"user_id DESC"}, "f e d c b a"},
      {{"artifact_uri"}, "a b c d e f"},
      {{"status", "run_id"}, "a b c d e f"},
      {{"end_time", "start_time"}, "a b c d e f"},
      // Numbers, then NaN, then what has none, whatever the direction; ties by start.
      {{"metrics.m"}, "e d a f b c"},
      {{"metrics.m DESC"}, "f d a e b c"},
      {{"metrics.m", "start_time ASC"}, "e a d f b c"},
      {{"metrics.n DESC", "metrics.m"}, "b a c d e f"},
      {{"metrics.none"}, "f e d c b a"},
      // Texts by their bytes, in any database.
      {{"params.p"}, "e d a b f c"},
      {{"params.p DESC"}, "b d a e f c"},
      {{"tags.t ASC"}, "b a c f e d"},
      {{"tags.t DESC"}, "c a b f e d"},
      {{"params.p", "tags.t DESC"}, "e a d b c f"},
  };
  for (const auto& [order, expected] : cases) {
    for (const int size : {1, 2, 5, 6, 7}) {
      SCOPED_TRACE(::testing::Message() << ::testing::PrintToString(order) << " by " << size);
      EXPECT_EQ(Pages(Request("", order), size), expected);
    }
  }
}

TEST_P(RunSearchOrderTest, PagesKeepTheFilter) {
  EXPECT_EQ(Pages(Request("metrics.n >= 1", {"metrics.n", "run_id"}), 1), "a c b");
}

TEST_P(RunSearchOrderTest, RunsThatAreAddedMeanwhileNeitherShiftNorRepeatPages) {
  int added = 0;
  EXPECT_EQ(Pages(Request(""), 2, [&] { AddRun("new" + std::to_string(added++)); }), "f e d c b a");
  EXPECT_EQ(added, 2);
  // In front of the place, and behind it.
  const auto add = [&] {
    ++added;
    AddRun("low" + std::to_string(added), {{Point("k", -added)}, {}, {}});
    AddRun("high" + std::to_string(added), {{Point("k", 100 + added)}, {}, {}});
  };
  for (int i = 0; i < 4; ++i) {
    AddRun("k" + std::to_string(i), {{Point("k", i)}, {}, {}});
  }
  EXPECT_EQ(Pages(Request("metrics.k < 200", {"metrics.k"}), 3, add), "k0 k1 k2 k3 high3");
}

TEST_P(RunSearchOrderTest, ADeletedRunsPlaceIsStillAPlace) {
  auto request = Request("");
  request.set_max_results(2);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto first, Search(request));
  ROOKERY_ASSERT_OK(DeleteRun("e"));
  request.set_page_token(first.next_page_token());
  EXPECT_EQ(Found(request), "d c");
}

TEST_P(RunSearchOrderTest, RefusesDuplicateKeys) {
  EXPECT_THAT(Search(Request("", {"metrics.m", "metrics.`m` DESC"})),
              StatusIs(kInvalidArgument, HasSubstr("`order_by` contains duplicate fields")));
}

TEST_P(RunSearchOrderTest, RefusesTokensThatAreNotItsOwn) {
  auto request = Request("", {"metrics.m"});
  request.set_max_results(1);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto page, Search(request));
  for (const char* bad : {"garbage!", "Z2FyYmFnZQ=="}) {
    request.set_page_token(bad);
    EXPECT_THAT(Search(request), StatusIs(kInvalidArgument, HasSubstr("Invalid page token, ")));
  }
  request = Request("", {"metrics.n"});
  request.set_page_token(page.next_page_token());
  EXPECT_THAT(Search(request), StatusIs(kInvalidArgument, HasSubstr("another search")));
}

}  // namespace
}  // namespace rookery::tracking
