#include "services/tracking/domain/logged_model_search.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <map>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum absl::StatusCode;

using Texts = std::vector<std::string>;

class LoggedModelSearchTest : public TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
  }

  // Each is newer than the one before.
  void Make(const std::string& name, const Pairs& params = {}, const Pairs& tags = {}) {
    auto request = OfExperiment<v1::CreateLoggedModelRequest>("0");
    request.set_name(name);
    request.set_model_type("type of " + name);
    request.set_source_run_id(run_);
    Add(params, request.mutable_params());
    Add(tags, request.mutable_tags());
    const auto made = models_.Create(call_, request);
    ROOKERY_ASSERT_OK(made);
    ids_[name] = made->model().info().model_id();
    clock_.Advance(absl::Seconds(1));
  }
  void Measure(const std::string& name, const std::string& key, double value, int64_t timestamp,
               const std::string& dataset = "", const std::string& digest = "") {
    v1::Metric metric = Point(key, value, timestamp);
    metric.set_model_id(ids_.at(name));
    if (!dataset.empty()) metric.set_dataset_name(dataset);
    if (!digest.empty()) metric.set_dataset_digest(digest);
    ROOKERY_ASSERT_OK(Log(run_, {.metrics = {metric}}));
  }
  static v1::SearchLoggedModelsRequest Of(const std::string& filter = "") {
    v1::SearchLoggedModelsRequest request;
    request.add_experiment_ids("0");
    request.set_filter(filter);
    return request;
  }
  static v1::SearchLoggedModelsRequest Ordered(const std::string& field, bool ascending = true,
                                               const std::string& dataset = "",
                                               const std::string& digest = "") {
    auto request = Of();
    v1::LoggedModelOrderBy* order = request.add_order_by();
    order->set_field_name(field);
    if (!ascending) order->set_ascending(false);
    order->set_dataset_name(dataset);
    order->set_dataset_digest(digest);
    return request;
  }
  static v1::SearchLoggedModelsRequest On(v1::SearchLoggedModelsRequest request,
                                          const std::string& dataset, const std::string& digest) {
    v1::LoggedModelDataset* added = request.add_datasets();
    added->set_dataset_name(dataset);
    added->set_dataset_digest(digest);
    return request;
  }
  static Texts NamesIn(const v1::SearchLoggedModelsResponse& response) {
    Texts names;
    for (const auto& model : response.models()) names.push_back(model.info().name());
    return names;
  }
  Texts Names(const v1::SearchLoggedModelsRequest& request) {
    const auto response = model_search_.Search(call_, request);
    EXPECT_THAT(response, rookery::testing::IsOk());
    return NamesIn(*response);
  }
  Texts Names(const std::string& filter) { return Names(Of(filter)); }

  std::string run_;
  std::map<std::string, std::string> ids_;
};

TEST_P(LoggedModelSearchTest, TheNewestComesFirstWithAllThatGetAnswers) {
  Make("a", {{"p", "1"}}, {{"t", "2"}});
  Make("b");
  Measure("a", "acc", 0.5, 1, "d", "x");
  Measure("b", "acc", 0.6, 1);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, model_search_.Search(call_, Of()));
  EXPECT_THAT(NamesIn(found), ElementsAre("b", "a"));
  EXPECT_EQ(found.models(0).SerializeAsString(), GetModel(ids_["b"])->SerializeAsString());
  EXPECT_EQ(found.models(1).SerializeAsString(), GetModel(ids_["a"])->SerializeAsString());
}

TEST_P(LoggedModelSearchTest, AttributesParamsAndTagsAreFilteredBy) {
  Make("a", {{"p", "1"}}, {{"t", "x"}});
  Make("b", {{"p", "2"}}, {{"t", "X"}});
  ROOKERY_ASSERT_OK(models_.Finalize(call_, [&] {
    auto request = OfModel<v1::FinalizeLoggedModelRequest>(ids_["a"]);
    request.set_status(v1::LOGGED_MODEL_READY);
    return request;
  }()));
  for (const std::string& filter :
       {std::string("name = 'a'"), std::string("name IN ('a', 'z')"), std::string("name LIKE 'a%'"),
        std::string("name ILIKE 'A'"), std::string("name NOT IN ('b')"),
        "attributes.model_id = '" + ids_["a"] + "'", std::string("model_type = 'type of a'"),
        "source_run_id = '" + run_ + "' AND name != 'b'", std::string("status = 'READY'"),
        std::string("params.p = '1'"), std::string("params.p = 1"), std::string("params.p != '2'"),
        std::string("params.p IN ('1')"), std::string("tags.t = 'x'"),
        std::string("tags.`t` LIKE 'x'"), std::string("experiment_id = '0' AND tags.t = 'x'"),
        "creation_time < " + std::to_string(clock_.NowMs() - 1500),
        "creation_timestamp < " + std::to_string(clock_.NowMs() - 1500),
        "last_updated_timestamp >= " + std::to_string(clock_.NowMs())}) {
    EXPECT_THAT(Names(filter), ElementsAre("a")) << filter;
  }
  EXPECT_THAT(Names("status = 'PENDING'"), ElementsAre("b"));
  EXPECT_THAT(Names("params.none != 'x'"), IsEmpty());
}

TEST_P(LoggedModelSearchTest, AMetricIsFilteredByAllItsPoints) {
  for (const auto& name : {"a", "b", "c"}) Make(name);
  Measure("a", "acc", 0.9, 1);
  Measure("a", "acc", 0.1, 2);
  Measure("b", "acc", 0.5, 1);
  Measure("c", "loss", 0.5, 1);
  EXPECT_THAT(Names("metrics.acc > 0.8"), ElementsAre("a"));
  EXPECT_THAT(Names("metrics.acc > 0.4"), ElementsAre("b", "a"));
  EXPECT_THAT(Names("metrics.acc > 0.4 AND metrics.acc < 0.2"), ElementsAre("a"));
  EXPECT_THAT(Names("metrics.acc = 0.5"), ElementsAre("b"));
}

TEST_P(LoggedModelSearchTest, DatasetsSayWhichMetricsCount) {
  for (const auto& name : {"a", "b", "c"}) Make(name);
  Measure("a", "acc", 0.9, 1, "d", "x");
  Measure("a", "acc", 0.1, 1 + 1, "d", "y");
  Measure("b", "acc", 0.5, 1, "d", "y");
  Measure("c", "acc", 0.7, 1);
  EXPECT_THAT(Names(On(Of("metrics.acc > 0.4"), "d", "x")), ElementsAre("a"));
  EXPECT_THAT(Names(On(Of("metrics.acc > 0.4"), "d", "y")), ElementsAre("b"));
  EXPECT_THAT(Names(On(On(Of("metrics.acc > 0.4"), "d", "x"), "d", "y")), ElementsAre("b", "a"));
  EXPECT_THAT(Names(On(Of(), "d", "y")), ElementsAre("b", "a"));
  EXPECT_THAT(Names(On(Of("name = 'a'"), "d", "y")), ElementsAre("a"));
  EXPECT_THAT(Names(On(Of(), "d", "")), IsEmpty());
  EXPECT_THAT(
      model_search_.Search(call_, On(Of(), "", "x")),
      StatusIs(kInvalidArgument, "`dataset_name` in the `datasets` clause must be specified."));
}

TEST_P(LoggedModelSearchTest, AnOrderIsByAttributesOrTheLatestPoints) {
  for (const auto& name : {"a", "b", "c", "d"}) Make(name);
  Measure("a", "acc", 0.9, 1, "d", "x");
  Measure("a", "acc", 0.1, 2, "d", "y");
  Measure("b", "acc", 0.5, 1, "d", "x");
  Measure("c", "acc", std::numeric_limits<double>::quiet_NaN(), 1);
  EXPECT_THAT(Names(Ordered("name")), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Names(Ordered("creation_time")), ElementsAre("a", "b", "c", "d"));
  // NaN after numbers and what is missing at the end, both ways.
  EXPECT_THAT(Names(Ordered("metrics.acc")), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(Names(Ordered("metrics.acc", false)), ElementsAre("b", "a", "c", "d"));
  EXPECT_THAT(Names(Ordered("metrics.acc", false, "d")), ElementsAre("b", "a", "d", "c"));
  EXPECT_THAT(Names(Ordered("metrics.acc", false, "d", "x")), ElementsAre("a", "b", "d", "c"));
  EXPECT_THAT(model_search_.Search(call_, Ordered("nope")),
              StatusIs(kInvalidArgument, "Invalid order by field name: nope"));
  EXPECT_THAT(model_search_.Search(call_, Ordered("params.p")),
              StatusIs(kInvalidArgument,
                       "Invalid order by field name: params.p. Only metrics are supported."));
}

TEST_P(LoggedModelSearchTest, PagesNeitherRepeatNorSkipWhenModelsComeBetween) {
  for (int i = 0; i < 5; ++i) {
    Make("m" + std::to_string(i));
    if (i > 0) Measure("m" + std::to_string(i), "acc", std::floor(i / 2.0), 1);
  }
  for (auto request : {Of(), Ordered("metrics.acc", false)}) {
    const Texts all = Names(request);
    request.set_max_results(2);
    Texts read;
    do {
      ROOKERY_ASSERT_OK_AND_ASSIGN(const auto page, model_search_.Search(call_, request));
      const Texts names = NamesIn(page);
      read.insert(read.end(), names.begin(), names.end());
      request.set_page_token(page.next_page_token());
      if (!request.page_token().empty()) {
        Make("new");
        Measure("new", "acc", 9, 1);
      }
    } while (!request.page_token().empty() && read.size() < 10);
    EXPECT_EQ(read, all);
  }
}

TEST_P(LoggedModelSearchTest, BadPagesAndFiltersAreRefused) {
  auto request = Of();
  request.set_page_token("garbage");
  EXPECT_THAT(model_search_.Search(call_, request),
              StatusIs(kInvalidArgument, HasSubstr("Invalid page token")));
  request = Of();
  request.set_max_results(-1);
  EXPECT_THAT(model_search_.Search(call_, request), StatusIs(kInvalidArgument));
  for (const auto& filter :
       {"nope = 'x'", "metric.acc > 1", "params.p > 'a'", "metrics.acc LIKE 'x'",
        "params.p IS NULL", "name = 'a' OR name = 'b'", "metrics.acc > 'x'", " "}) {
    EXPECT_THAT(model_search_.Search(call_, Of(filter)), StatusIs(kInvalidArgument)) << filter;
  }
  request = Of();
  request.add_experiment_ids("abc");
  EXPECT_THAT(model_search_.Search(call_, request), StatusIs(kInvalidArgument));
}

TEST_P(LoggedModelSearchTest, OnlyActiveModelsOfTheExperimentsAreFound) {
  Make("a");
  Make("b");
  ROOKERY_ASSERT_OK(models_.Delete(call_, OfModel<v1::DeleteLoggedModelRequest>(ids_["a"])));
  EXPECT_THAT(Names(""), ElementsAre("b"));
  v1::SearchLoggedModelsRequest request;
  request.add_experiment_ids(MakeExperiment("empty"));
  EXPECT_THAT(Names(request), IsEmpty());
  request.add_experiment_ids("0");
  EXPECT_THAT(Names(request), ElementsAre("b"));
  EXPECT_THAT(NamesIn(*model_search_.Search(other_call_, Of())), IsEmpty());
}

ROOKERY_OVER_ALL_DATABASES(LoggedModelSearchTest);

}  // namespace
}  // namespace rookery::tracking
