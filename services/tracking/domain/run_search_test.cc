#include "services/tracking/domain/run_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "services/tracking/testing/search_test.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using enum absl::StatusCode;
using testing::Add;
using testing::OfExperiment;
using testing::OfRun;
using testing::Point;

class RunSearchTest : public testing::SearchTest {
 protected:
  // What most tests search in; what is not there is found by no comparison.
  void SetUp() override {
    SearchTest::SetUp();
    AddRun("a", {{Point("loss", 0.5), Point("my acc", 1)},
                 {{"lr", "0.1"}, {"opt", "Adam"}},
                 {{"team", "x AND y"}, {"note", "it's"}}});
    AddRun("b", {{Point("loss", NAN)}, {{"lr", "0.01"}, {"opt", "adamW"}}, {{"team", "größe"}}});
    AddRun("c", {{Point("loss", std::numeric_limits<double>::infinity())},
                 {{"opt", "sgd"}},
                 {{"a-b/c d", "`"}, {"note", "C:\\"}}});
    AddRun("d");
  }

  void AddDataset(const std::string& run_id, const std::string& name, const std::string& context) {
    auto request = OfRun<v1::LogInputsRequest>(run_id);
    auto* input = request.add_datasets();
    input->mutable_dataset()->set_name(name);
    input->mutable_dataset()->set_digest("digest-" + name);
    input->mutable_dataset()->set_source_type("local");
    input->mutable_dataset()->set_source("file");
    if (!context.empty()) Add({{"mlflow.data.context", context}}, input->mutable_tags());
    ROOKERY_ASSERT_OK(log_.LogInputs(call_, request));
  }
};
ROOKERY_OVER_ALL_DATABASES(RunSearchTest);

TEST_P(RunSearchTest, Filters) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "d c b a"},
      {"AND", "d c b a"},
      {"metrics.loss > 0.1", "c a"},
      {"metrics.loss >= -1", "c a"},
      {"metrics.loss = 0", ""},
      {"metrics.loss != 0.5", "c b"},
      {"metrics.loss < 1e300", "a"},
      {"metrics.loss = 1.7976931348623157e308", "c"},
      {"metrics.`my acc` = 1", "a"},
      {"metrics.\"my acc\" < 2 AND metrics.loss < 1", "a"},
      {"params.lr = '0.1'", "a"},
      {"params.lr != '0.1'", "b"},
      {"params.lr IS NULL", "d c"},
      {"params.lr IS NOT NULL", "b a"},
      {"params.opt LIKE '%dam%'", "b a"},
      {"params.opt LIKE 'adam%'", "b"},
      {"params.opt ILIKE 'ADAM%'", "b a"},
      {"param.opt LIKE 'Ada_'", "a"},
      {"tags.team = 'x AND y'", "a"},
      {"tags.team = 'größe'", "b"},
      {"tag.note = \"it's\"", "a"},
      {"tags.note = 'C:\\'", "c"},
      {"tags.`a-b/c d` = '`'", "c"},
      {"tags.\"a-b/c d\" = \"`\"", "c"},
      {"tags.note LIKE '%\\'", "c"},
      {"tags.note IS NULL AND params.opt IS NOT NULL", "b"},
      {"tags.`mlflow.runName` = 'name of d'", "d"},
      {"run_name = 'name of c'", "c"},
      {"attributes.`Run Name` ILIKE 'NAME%a'", "a"},
      {"run_id = 'a'", "a"},
      {"run_id != 'a'", "d c b"},
      {"run_id LIKE '_'", "d c b a"},
      {"run_id IN ('a', \"c\", 'none')", "c a"},
      {"run_id NOT IN ('a','c')", "d b"},
      {"user_id = 'user-b'", "b"},
      {"status = 'RUNNING'", "d c b a"},
      {"status LIKE 'RUN%'", "d c b a"},
      {"status != 'RUNNING'", ""},
      {"status = 'running'", ""},
      {"artifact_uri = 'mlflow-artifacts:/0/a/artifacts'", "a"},
      {"artifact_uri LIKE '%/b/%'", "b"},
      {"start_time > 1002000", "d c"},
      {"start_time <= 1002000.5", "b a"},
      {"created = 1001000", "a"},
      {"end_time > 0", ""},
      {"end_time != 5", ""},
  };
  for (const auto& [filter, expected] : cases) EXPECT_EQ(Found(filter), expected) << filter;
}

TEST_P(RunSearchTest, FiltersByDatasets) {
  AddDataset("a", "iris", "train");
  AddDataset("a", "wine", "eval");
  AddDataset("b", "iris", "");
  const std::pair<std::string, std::string> cases[] = {
      {"dataset.name = 'iris'", "b a"},
      {"datasets.name != 'iris'", "a"},
      {"dataset.name IN ('wine', 'none')", "a"},
      {"dataset.name NOT IN ('iris')", "a"},
      {"dataset.digest LIKE 'digest-w%'", "a"},
      {"dataset.context = 'train'", "a"},
      {"dataset.context != 'train'", "a"},
      // Different inputs may meet them.
      {"dataset.name = 'iris' AND dataset.context = 'eval'", "a"},
      {"dataset.context = 'test'", ""},
  };
  for (const auto& [filter, expected] : cases) EXPECT_EQ(Found(filter), expected) << filter;
}

TEST_P(RunSearchTest, AnswersWholeRunsAsGetRunDoes) {
  AddDataset("a", "iris", "train");
  AddDataset("b", "iris", "eval");
  auto outputs = OfRun<v1::LogOutputsRequest>("a");
  outputs.add_models()->set_model_id("m-1");
  ROOKERY_ASSERT_OK(log_.LogOutputs(call_, outputs));
  auto update = OfRun<v1::UpdateRunRequest>("a");
  update.set_status(v1::FINISHED);
  update.set_end_time(5);
  ROOKERY_ASSERT_OK(runs_.Update(call_, update));

  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, Search(Request("")));
  ASSERT_THAT(response.runs(), SizeIs(4));
  EXPECT_FALSE(response.has_next_page_token());
  for (const v1::Run& run : response.runs()) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const v1::Run whole, GetRun(run.info().run_id()));
    EXPECT_EQ(run.DebugString(), whole.DebugString());
  }
}

// The parts of a page of many runs are read side by side.
TEST_P(RunSearchTest, AnswersWholeRunsOnLongPagesToo) {
  constexpr int kRuns = 60;
  for (int i = 4; i < kRuns; ++i) {
    const std::string text = std::to_string(i);
    AddRun("run-" + text, {{Point("loss", i), Point("acc", NAN)}, {{"lr", text}}, {{"t", text}}});
  }
  AddDataset("run-7", "iris", "train");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, Search(Request("")));
  ASSERT_THAT(response.runs(), SizeIs(kRuns));
  for (const v1::Run& run : response.runs()) {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const v1::Run whole, GetRun(run.info().run_id()));
    EXPECT_EQ(run.DebugString(), whole.DebugString());
  }
}

TEST_P(RunSearchTest, FindsActiveOrDeletedRunsOrAll) {
  ROOKERY_ASSERT_OK(DeleteRun("b"));
  EXPECT_EQ(Found(""), "d c a");
  auto request = Request("");
  request.set_run_view_type(v1::DELETED_ONLY);
  EXPECT_EQ(Found(request), "b");
  request.set_run_view_type(v1::ALL);
  EXPECT_EQ(Found(request), "d c b a");
  request.set_run_view_type(static_cast<v1::ViewType>(9));
  EXPECT_THAT(Search(request), StatusIs(kInvalidArgument));
}

TEST_P(RunSearchTest, FindsRunsOfTheNamedExperiments) {
  const std::string other = MakeExperiment("other");
  AddRun("e", {}, other);
  v1::SearchRunsRequest request;
  EXPECT_EQ(Found(request), "");
  request.add_experiment_ids(other);
  EXPECT_EQ(Found(request), "e");
  request.add_experiment_ids("0");
  request.add_experiment_ids("0");
  request.add_experiment_ids("12345");
  EXPECT_EQ(Found(request), "e d c b a");
  request.add_experiment_ids("abc");
  EXPECT_THAT(Search(request),
              StatusIs(kInvalidArgument, HasSubstr("Invalid experiment ID 'abc'")));
}

TEST_P(RunSearchTest, ArtifactUrisFollowTheExperimentsLocation) {
  v1::CreateExperimentRequest create;
  create.set_name("elsewhere");
  create.set_artifact_location("s3://bucket/folder");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, experiments_.Create(call_, create));
  AddRun("e", {}, made.experiment_id());
  v1::SearchRunsRequest request;
  request.add_experiment_ids(made.experiment_id());
  request.set_filter("artifact_uri = 's3://bucket/folder/e/artifacts'");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, Search(request));
  ASSERT_THAT(response.runs(), SizeIs(1));
  EXPECT_EQ(response.runs(0).info().artifact_uri(), "s3://bucket/folder/e/artifacts");
}

TEST_P(RunSearchTest, WorkspacesNeverMeet) {
  v1::CreateExperimentRequest create;
  create.set_name("same id");
  create.set_experiment_id("77");
  ROOKERY_ASSERT_OK(experiments_.Create(call_, create));
  ROOKERY_ASSERT_OK(experiments_.Create(other_call_, create));
  AddRun("e", {{Point("loss", 1)}, {{"p", "v"}}, {{"t", "v"}}}, "77");
  auto request = OfExperiment<v1::CreateRunRequest>("77");
  request.set_run_id("e");
  ROOKERY_ASSERT_OK(CreateRun(other_call_, request));

  v1::SearchRunsRequest search;
  search.add_experiment_ids("77");
  search.add_order_by("metrics.loss");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto all, SearchAs(other_call_, search));
  ASSERT_THAT(all.runs(), SizeIs(1));
  EXPECT_THAT(all.runs(0).data().metrics(), SizeIs(0));
  EXPECT_THAT(all.runs(0).data().params(), SizeIs(0));
  for (const char* filter : {"metrics.loss = 1", "params.p = 'v'", "tags.t IS NOT NULL"}) {
    search.set_filter(filter);
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto response, SearchAs(other_call_, search));
    EXPECT_THAT(response.runs(), SizeIs(0)) << filter;
    EXPECT_EQ(Ids(*Search(search)), "e") << filter;
  }
}

TEST_P(RunSearchTest, TakesLongLists) {
  std::string filter = "run_id IN ('a'";
  for (int i = 0; i < 20'000; ++i) filter += ", 'run-" + std::to_string(i) + "'";
  EXPECT_EQ(Found(filter + ", 'c')"), "c a");
}

TEST_P(RunSearchTest, TakesManyClauses) {
  std::string filter = "metrics.loss = 0.5";
  for (int i = 0; i < 30; ++i) filter += " AND tags.note != 'x" + std::to_string(i) + "'";
  EXPECT_EQ(Found(filter), "a");
}

TEST_P(RunSearchTest, RefusesWhatItDoesNotUnderstand) {
  EXPECT_THAT(Search(Request("metrics.loss > 0 OR metrics.loss < 1")),
              StatusIs(kInvalidArgument, HasSubstr("Invalid clause(s) in filter string: 'OR' "
                                                   "(character 18: expected ")));
  EXPECT_THAT(Search(Request("", {"loss"})),
              StatusIs(kInvalidArgument, HasSubstr("Invalid attribute key 'loss' specified.")));
  auto request = Request("");
  for (const int bad : {0, -1, 50'001}) {
    request.set_max_results(bad);
    EXPECT_THAT(Search(request),
                StatusIs(kInvalidArgument, HasSubstr("for parameter 'max_results' supplied. It")));
  }
}

TEST_P(RunSearchTest, TextsWithNulAreRefused) {
  EXPECT_THAT(Search(Request(std::string("params.lr = '\0'", 15))), StatusIs(kInvalidArgument));
}

}  // namespace
}  // namespace rookery::tracking
