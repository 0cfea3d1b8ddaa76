#include "services/tracking/domain/experiment_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using enum absl::StatusCode;

class ExperimentSearchTest : public testing::TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    // Default was made at the first tick.
    Make("1", "alpha", {{"team", "x"}});
    Make("2", "Beta", {{"team", "y"}, {"my tag", "it's"}});
    Make("3", "gamma 100%", {});
  }
  void Make(const std::string& id, const std::string& name, const testing::Pairs& tags) {
    clock_.Advance(absl::Milliseconds(1000));
    v1::CreateExperimentRequest request;
    request.set_experiment_id(id);
    request.set_name(name);
    testing::Add(tags, request.mutable_tags());
    ROOKERY_ASSERT_OK(experiments_.Create(call_, request));
  }

  static v1::SearchExperimentsRequest Request(const std::string& filter,
                                              const std::vector<std::string>& order_by = {}) {
    v1::SearchExperimentsRequest request;
    request.set_max_results(100);
    request.set_filter(filter);
    request.mutable_order_by()->Assign(order_by.begin(), order_by.end());
    return request;
  }
  // The ids that a search finds, in its order: "3 2 1".
  std::string Found(const v1::SearchExperimentsRequest& request) {
    const auto response = search_.Search(call_, request);
    if (!response.ok()) return response.status().ToString();
    std::string ids;
    for (const v1::Experiment& experiment : response->experiments()) {
      ids += (ids.empty() ? "" : " ") + experiment.experiment_id();
    }
    return ids;
  }

  ExperimentSearch search_{*database_, locations_};
};
ROOKERY_OVER_ALL_DATABASES(ExperimentSearchTest);

TEST_P(ExperimentSearchTest, Filters) {
  const std::string second = std::to_string(GetExperiment("2")->creation_time());
  const std::pair<std::string, std::string> cases[] = {
      {"", "3 2 1 0"},
      {"name = 'alpha'", "1"},
      {"attribute.name != 'alpha'", "3 2 0"},
      {"name LIKE 'b%'", ""},
      {"name ILIKE 'b%'", "2"},
      {"name LIKE '%100_'", "3"},
      {"creation_time > " + second, "3"},
      {"creation_time <= " + second + " AND last_update_time = " + second, "2"},
      {"tags.team = 'x'", "1"},
      {"tag.team != 'x'", "2"},
      {"tags.`my tag` = \"it's\"", "2"},
      {"tags.team IS NULL", "3 0"},
      {"tags.`mlflow.experiment.isGateway` IS NULL", "3 2 1 0"},
      {"tags.team IS NOT NULL", "2 1"},
      {"experiment_id = '2'", "2"},
      {"experiment_id = '002'", "2"},
      {"experiment_id != '2'", "3 1 0"},
      {"experiment_id IN ('1', '3', '9')", "3 1"},
      {"experiment_id NOT IN ('1', '3')", "2 0"},
  };
  for (const auto& [filter, expected] : cases)
    EXPECT_EQ(Found(Request(filter)), expected) << filter;
}

TEST_P(ExperimentSearchTest, OrdersAlikeInPagesOfAnySize) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{}, "3 2 1 0"},
      {{"name"}, "2 0 1 3"},
      {{"name DESC"}, "3 1 0 2"},
      {{"experiment_id"}, "0 1 2 3"},
      {{"creation_time ASC"}, "0 1 2 3"},
      {{"last_update_time DESC", "name"}, "3 2 1 0"},
  };
  for (const auto& [order, expected] : cases) {
    for (const int size : {1, 2, 4, 5}) {
      SCOPED_TRACE(::testing::Message() << ::testing::PrintToString(order) << " by " << size);
      auto request = Request("", order);
      request.set_max_results(size);
      std::string ids;
      while (true) {
        ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, search_.Search(call_, request));
        for (const auto& experiment : response.experiments()) {
          ids += (ids.empty() ? "" : " ") + experiment.experiment_id();
        }
        if (!response.has_next_page_token()) break;
        request.set_page_token(response.next_page_token());
      }
      EXPECT_EQ(ids, expected);
    }
  }
}

TEST_P(ExperimentSearchTest, AnswersWholeExperimentsAsGetDoes) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, search_.Search(call_, Request("")));
  ASSERT_THAT(response.experiments(), SizeIs(4));
  for (const v1::Experiment& experiment : response.experiments()) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto whole, GetExperiment(experiment.experiment_id()));
    EXPECT_EQ(experiment.DebugString(), whole.DebugString());
  }
}

TEST_P(ExperimentSearchTest, FindsActiveOrDeletedOnesOrAll) {
  ROOKERY_ASSERT_OK(DeleteExperiment("2"));
  EXPECT_EQ(Found(Request("")), "3 1 0");
  auto request = Request("");
  request.set_view_type(v1::DELETED_ONLY);
  EXPECT_EQ(Found(request), "2");
  request.set_view_type(v1::ALL);
  EXPECT_EQ(Found(request), "3 2 1 0");
}

TEST_P(ExperimentSearchTest, WorkspacesNeverMeet) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, search_.Search(other_call_, Request("")));
  EXPECT_THAT(response.experiments(), SizeIs(0));
}

TEST_P(ExperimentSearchTest, RefusesWhatItDoesNotUnderstand) {
  const std::pair<std::string, std::string> cases[] = {
      {"foo = 'x'", "Invalid attribute key 'foo' specified."},
      {"metrics.m = 1", "Invalid entity type 'metrics'. Valid entity types are"},
      {"creation_time > 1.5", "Invalid value for numeric attribute 'creation_time': '1.5'"},
      {"experiment_id = 'x'", "Invalid experiment ID 'x'"},
      {"experiment_id IN ('1', 'x')", "Invalid experiment ID 'x'"},
      {"experiment_id LIKE '1'", "Invalid comparator 'LIKE'"},
      {"name IN ('a')", "Only ['experiment_id'] attributes support comparison with a list"},
      {"name IS NULL", "IS NULL / IS NOT NULL is only supported for tags, not for"},
  };
  for (const auto& [filter, message] : cases) {
    EXPECT_THAT(search_.Search(call_, Request(filter)),
                StatusIs(kInvalidArgument, HasSubstr(message)))
        << filter;
  }
  EXPECT_THAT(search_.Search(call_, Request("", {"tags.team"})),
              StatusIs(kInvalidArgument, HasSubstr("Invalid identifier type 'tag'")));
  EXPECT_THAT(search_.Search(call_, {}),
              StatusIs(kInvalidArgument, HasSubstr("Invalid value 0 for parameter 'max_results'")));
}

}  // namespace
}  // namespace rookery::tracking
