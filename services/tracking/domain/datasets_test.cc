#include "services/tracking/domain/datasets.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum absl::StatusCode;

class DatasetsTest : public TrackingTest {
 protected:
  // A run that uses the dataset; an empty context is none.
  void Use(const std::string& experiment, const std::string& name, const std::string& context) {
    auto request = OfRun<v1::LogInputsRequest>(MakeRun(experiment));
    v1::DatasetInput* input = request.add_datasets();
    input->mutable_dataset()->set_name(name);
    input->mutable_dataset()->set_digest("x");
    input->mutable_dataset()->set_source_type("local");
    input->mutable_dataset()->set_source("s");
    if (!context.empty()) Add({{"mlflow.data.context", context}}, input->mutable_tags());
    Add({{"other", "tag"}}, input->mutable_tags());
    ROOKERY_EXPECT_OK(log_.LogInputs(call_, request));
  }
  static v1::SearchDatasetsRequest Of(const std::vector<std::string>& experiments) {
    v1::SearchDatasetsRequest request;
    request.mutable_experiment_ids()->Assign(experiments.begin(), experiments.end());
    return request;
  }
  static std::vector<std::string> Lines(const v1::SearchDatasetsResponse& response) {
    std::vector<std::string> lines;
    for (const auto& summary : response.dataset_summaries()) {
      lines.push_back(summary.experiment_id() + " " + summary.name() + " " + summary.digest() +
                      " " + (summary.has_context() ? summary.context() : "-"));
    }
    return lines;
  }
};

TEST_P(DatasetsTest, EachUseOfADatasetIsAnsweredOnce) {
  Use("0", "b", "training");
  Use("0", "b", "training");
  Use("0", "b", "testing");
  Use("0", "a", "");
  const std::string other = MakeExperiment("other");
  Use(other, "b", "training");
  EXPECT_THAT(Lines(*datasets_.Search(call_, Of({"0"}))),
              ::testing::UnorderedElementsAre("0 a x -", "0 b x testing", "0 b x training"));
  EXPECT_THAT(Lines(*datasets_.Search(call_, Of({other}))), ElementsAre(other + " b x training"));
  EXPECT_EQ(Lines(*datasets_.Search(call_, Of({"0", other, "0"}))).size(), 4);
}

TEST_P(DatasetsTest, UnknownExperimentsAndOtherWorkspacesHaveNone) {
  Use("0", "a", "training");
  EXPECT_THAT(Lines(*datasets_.Search(call_, Of({"9"}))), IsEmpty());
  EXPECT_THAT(Lines(*datasets_.Search(other_call_, Of({"0"}))), IsEmpty());
}

TEST_P(DatasetsTest, OneToTwentyExperimentsMayBeAsked) {
  EXPECT_THAT(datasets_.Search(call_, Of({})),
              StatusIs(kInvalidArgument,
                       "SearchDatasets request must specify at least one experiment_id."));
  EXPECT_THAT(datasets_.Search(call_, Of(std::vector<std::string>(21, "0"))),
              StatusIs(kInvalidArgument,
                       "SearchDatasets request cannot specify more than 20 experiment_ids. "
                       "Received 21 experiment_ids."));
  EXPECT_THAT(datasets_.Search(call_, Of({"abc"})),
              StatusIs(kInvalidArgument, HasSubstr("Invalid experiment ID 'abc'")));
}

ROOKERY_OVER_ALL_DATABASES(DatasetsTest);

}  // namespace
}  // namespace rookery::tracking
