#include "services/tracking/domain/run_log.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Pair;
using enum absl::StatusCode;

// The datasets and logged models that a run reads and makes.
class InputsTest : public TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
  }
  static v1::DatasetInput Input(const std::string& name, const std::string& digest,
                                const Pairs& tags = {}) {
    v1::DatasetInput input;
    input.mutable_dataset()->set_name(name);
    input.mutable_dataset()->set_digest(digest);
    input.mutable_dataset()->set_source_type("local");
    input.mutable_dataset()->set_source("s");
    Add(tags, input.mutable_tags());
    return input;
  }
  Status LogInputs(const std::string& run_id, const std::vector<v1::DatasetInput>& inputs) {
    auto request = OfRun<v1::LogInputsRequest>(run_id);
    request.mutable_datasets()->Assign(inputs.begin(), inputs.end());
    return log_.LogInputs(call_, request).status();
  }

  std::string run_;
};

TEST_P(InputsTest, ADatasetIsReadBackWithItsTags) {
  v1::DatasetInput input = Input("d", "x", {{"mlflow.data.context", "train"}});
  input.mutable_dataset()->set_schema("{}");
  input.mutable_dataset()->set_profile("p");
  ROOKERY_ASSERT_OK(LogInputs(run_, {input}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto run, GetRun(run_));
  ASSERT_EQ(run.inputs().dataset_inputs_size(), 1);
  EXPECT_EQ(run.inputs().dataset_inputs(0).SerializeAsString(), input.SerializeAsString());
}

TEST_P(InputsTest, OneNameAndDigestIsOneDatasetWhoseFirstDescriptionStays) {
  ROOKERY_ASSERT_OK(
      LogInputs(run_, {Input("d", "x", {{"k", "1"}}), Input("d", "x"), Input("d", "y")}));
  v1::DatasetInput again = Input("d", "x", {{"k", "2"}});
  again.mutable_dataset()->set_source("other");
  ROOKERY_ASSERT_OK(LogInputs(run_, {again}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto run, GetRun(run_));
  ASSERT_EQ(run.inputs().dataset_inputs_size(), 2);
  EXPECT_EQ(run.inputs().dataset_inputs(0).dataset().source(), "s");
  EXPECT_THAT(AsPairs(run.inputs().dataset_inputs(0).tags()), ElementsAre(Pair("k", "1")));
}

TEST_P(InputsTest, TwoRunsShareADatasetButNotItsTags) {
  const std::string other = MakeRun();
  ROOKERY_ASSERT_OK(LogInputs(run_, {Input("d", "x", {{"k", "1"}})}));
  ROOKERY_ASSERT_OK(LogInputs(other, {Input("d", "x", {{"k", "2"}})}));
  EXPECT_EQ(GetRun(run_)->inputs().dataset_inputs(0).tags(0).value(), "1");
  EXPECT_EQ(GetRun(other)->inputs().dataset_inputs(0).tags(0).value(), "2");
}

TEST_P(InputsTest, WhatIsTooLongIsRefusedAndStoresNothing) {
  const auto too_long = [](const std::string& what, const std::string& limit) {
    return StatusIs(kInvalidArgument,
                    "'" + what + "' exceeds the maximum length of " + limit + " characters");
  };
  EXPECT_THAT(LogInputs(run_, {Input("ok", "x"), Input(std::string(501, 'n'), "x")}),
              too_long("name", "500"));
  EXPECT_THAT(LogInputs(run_, {Input("d", std::string(37, 'x'))}), too_long("digest", "36"));
  EXPECT_THAT(LogInputs(run_, {Input("d", "x", {{std::string(256, 'k'), "v"}})}),
              too_long("key", "255"));
  EXPECT_THAT(LogInputs(run_, {Input("d", "x", {{"k", std::string(501, 'v')}})}),
              too_long("value", "500"));
  v1::DatasetInput input = Input("d", "x");
  input.mutable_dataset()->set_source(std::string(65'536, 's'));
  EXPECT_THAT(LogInputs(run_, {input}), too_long("source", "65535"));
  EXPECT_EQ(GetRun(run_)->inputs().dataset_inputs_size(), 0);
  EXPECT_THAT(LogInputs("a/b", {}),
              StatusIs(kInvalidArgument, "Invalid value \"a/b\" for parameter 'run_id' supplied."));
}

TEST_P(InputsTest, ModelsReadAndMadeAreKeptApart) {
  auto inputs = OfRun<v1::LogInputsRequest>(run_);
  inputs.add_models()->set_model_id("m-in");
  ROOKERY_ASSERT_OK(log_.LogInputs(call_, inputs));
  auto outputs = OfRun<v1::LogOutputsRequest>(run_);
  outputs.add_models()->set_model_id("m-out");
  outputs.mutable_models(0)->set_step(1);
  ROOKERY_ASSERT_OK(log_.LogOutputs(call_, outputs));
  outputs.mutable_models(0)->set_step(2);
  ROOKERY_ASSERT_OK(log_.LogOutputs(call_, outputs));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto run, GetRun(run_));
  ASSERT_EQ(run.inputs().model_inputs_size(), 1);
  EXPECT_EQ(run.inputs().model_inputs(0).model_id(), "m-in");
  ASSERT_EQ(run.outputs().model_outputs_size(), 1);
  EXPECT_EQ(run.outputs().model_outputs(0).model_id(), "m-out");
  EXPECT_EQ(run.outputs().model_outputs(0).step(), 2);
}

TEST_P(InputsTest, TwoWorkspacesNeverMeet) {
  EXPECT_THAT(log_.LogInputs(other_call_, OfRun<v1::LogInputsRequest>(run_)), StatusIs(kNotFound));
  EXPECT_THAT(log_.LogOutputs(other_call_, OfRun<v1::LogOutputsRequest>(run_)),
              StatusIs(kNotFound));
}

ROOKERY_OVER_ALL_DATABASES(InputsTest);

}  // namespace
}  // namespace rookery::tracking
