// Where versions may point, seen from CreateModelVersion.
#include "services/registry/domain/version_sources.h"

#include <gmock/gmock.h>

#include "services/registry/testing/registry_test.h"

namespace rookery::registry {
namespace {

using namespace testing;  // NOLINT: the words of registry_test.h
using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using enum absl::StatusCode;

// What a request says besides its source.
struct Owner {
  std::optional<std::string> run_id;
  std::string model_id;
};

class VersionSourcesTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    MakeModel("m");
    sources_.runs[{"default", "run"}] = "mlflow-artifacts:/1/run/artifacts";
    sources_.runs[{"default", "azure"}] = "abfss://c@account/1/azure/artifacts";
    sources_.logged_models[{"default", "m-1"}] = {"mlflow-artifacts:/1/models/m-1/artifacts",
                                                  "source-run"};
  }
  StatusOr<v1::ModelVersion> Create(const std::string& source, const Owner& owner = {}) {
    auto request = NewVersion("m", source);
    if (owner.run_id) request.set_run_id(*owner.run_id);
    if (!owner.model_id.empty()) request.set_model_id(owner.model_id);
    ASSIGN_OR_RETURN(auto response, versions_.Create(call_, request));
    return response.model_version();
  }
  StatusOr<std::string> CreateAndLocate(const std::string& source, const Owner& owner = {}) {
    ASSIGN_OR_RETURN(const auto version, Create(source, owner));
    return DownloadUri("m", version.version());
  }
};

auto MustIdentify(const std::string& parameter) {
  return StatusIs(kInvalidArgument, HasSubstr("The " + parameter +
                                              " request parameter must identify the resource "
                                              "that contains the source."));
}

TEST_P(VersionSourcesTest, RemoteStorageIsTakenAsItIs) {
  for (const std::string source : {"s3://b/p", "gs://b/a b", "dbfs:/p", "wasbs://c@h/p"}) {
    EXPECT_EQ(*CreateAndLocate(source), source);
  }
}

TEST_P(VersionSourcesTest, WhatWasUploadedForAVersionNeedsNoOwner) {
  const std::string upload = "mlflow-artifacts:/LocalUpload/240101T000000-ab/model.pkl";
  EXPECT_EQ(*CreateAndLocate(upload), upload);
  for (const std::string source : {"mlflow-artifacts:/LocalUpload",
                                   "mlflow-artifacts:/LocalUpload/", "mlflow-artifacts:/1/x"}) {
    EXPECT_THAT(Create(source), MustIdentify("run_id")) << source;
  }
  for (const std::string source : {"mlflow-artifacts:/LocalUpload/../1/run/artifacts",
                                   "mlflow-artifacts://h/LocalUpload/c/f"}) {
    EXPECT_THAT(Create(source), StatusIs(kInvalidArgument)) << source;
  }
}

TEST_P(VersionSourcesTest, AzuresNamesAreTakenAsTheyAre) {
  for (const std::string source : {"azureml:data:1", "azureml://datastores/d/paths/p"}) {
    EXPECT_EQ(*CreateAndLocate(source), source);
  }
}

TEST_P(VersionSourcesTest, LocalPathsAreRefusedWhoeverOwnsThem) {
  for (const std::string source : {"/etc/passwd", "file:///etc", "file://host/etc", "etc", "./x"}) {
    const auto refused =
        StatusIs(kInvalidArgument, HasSubstr("Invalid model version source: '" + source + "'"));
    EXPECT_THAT(Create(source), refused);
    EXPECT_THAT(Create(source, {.run_id = "run"}), refused);
    EXPECT_THAT(Create(source, {.model_id = "m-1"}), refused);
  }
}

TEST_P(VersionSourcesTest, ARunsSourceNeedsItsRun) {
  EXPECT_EQ(*CreateAndLocate("runs:/run/model", {.run_id = "run"}), "runs:/run/model");
  EXPECT_THAT(Create("runs:/run/model"), MustIdentify("run_id"));
  EXPECT_THAT(Create("runs:/run/model", {.run_id = "other"}), MustIdentify("run_id"));
  EXPECT_THAT(Create("RUNS:/run/model"), MustIdentify("run_id"));
  EXPECT_THAT(Create("runs://run/model", {.run_id = "run"}), MustIdentify("run_id"));
  EXPECT_THAT(Create("runs:/run/model", {.run_id = "run", .model_id = "m-1"}),
              MustIdentify("model_id"));
}

TEST_P(VersionSourcesTest, AProxiedSourceLiesInTheFilesOfItsRunOrLoggedModel) {
  const std::string of_run = "mlflow-artifacts:/1/run/artifacts";
  const std::string of_model = "mlflow-artifacts:/1/models/m-1/artifacts";
  EXPECT_EQ(*CreateAndLocate(of_run, {.run_id = "run"}), of_run);
  EXPECT_EQ(*CreateAndLocate(of_run + "/a", {.run_id = "run"}), of_run + "/a");
  EXPECT_EQ(Create(of_model, {.model_id = "m-1"})->run_id(), "source-run");
  EXPECT_THAT(Create(of_run + "/a"), MustIdentify("run_id"));
  EXPECT_THAT(Create(of_run + "X", {.run_id = "run"}), MustIdentify("run_id"));
  EXPECT_THAT(Create(of_run + "/a", {.run_id = "nope"}), MustIdentify("run_id"));
  EXPECT_THAT(Create(of_run + "/a", {.model_id = "m-1"}), MustIdentify("model_id"));
  EXPECT_THAT(Create(of_model, {.model_id = "nope"}), MustIdentify("model_id"));
}

TEST_P(VersionSourcesTest, ALoggedModelIsLocatedByTracking) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, Create("models:/m-1", {.model_id = "m-1"}));
  EXPECT_EQ(version.source(), "models:/m-1");
  EXPECT_EQ(version.run_id(), "source-run");
  EXPECT_FALSE(version.has_model_id());
  EXPECT_EQ(*DownloadUri("m", "1"), "mlflow-artifacts:/1/models/m-1/artifacts");
  EXPECT_EQ(Create("models:/m-1", {.run_id = "mine", .model_id = "m-1"})->run_id(), "mine");
}

TEST_P(VersionSourcesTest, ALoggedModelMustBeNamedAndBeThere) {
  EXPECT_THAT(Create("models:/m-1"), MustIdentify("model_id"));
  EXPECT_THAT(Create("models:/m-1", {.run_id = "run"}), MustIdentify("model_id"));
  EXPECT_THAT(Create("models:/m-1", {.model_id = "m-2"}), MustIdentify("model_id"));
  EXPECT_THAT(Create("models:/m-2", {.model_id = "m-2"}),
              StatusIs(kNotFound, AllOf(HasSubstr("'models:/m-2'"),
                                        HasSubstr("Logged model with ID 'm-2' not found."))));
  EXPECT_THAT(Create("s3://b/p", {.model_id = "m-2"}),
              StatusIs(kNotFound, "Logged model with ID 'm-2' not found."));
}

TEST_P(VersionSourcesTest, ALoggedModelOfAnotherWorkspaceIsNotThere) {
  ROOKERY_ASSERT_OK(models_.Create(other_call_, NewModel("m")));
  auto request = NewVersion("m", "models:/m-1");
  request.set_model_id("m-1");
  EXPECT_THAT(versions_.Create(other_call_, request), StatusIs(kNotFound));
}

TEST_P(VersionSourcesTest, FailuresOfTrackingAreNotTakenForAnswers) {
  sources_.status = absl::UnavailableError("down");
  EXPECT_THAT(Create("models:/m-1", {.model_id = "m-1"}), StatusIs(kUnavailable));
  EXPECT_THAT(Create("mlflow-artifacts:/1/run/artifacts", {.run_id = "run"}),
              StatusIs(kUnavailable));
}

TEST_P(VersionSourcesTest, AVersionIsCopiedWithItsLocationRunAndLoggedModel) {
  ROOKERY_ASSERT_OK(Create("models:/m-1", {.model_id = "m-1"}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto copy, Create("models:/m/1"));
  EXPECT_EQ(copy.source(), "models:/m/1");
  EXPECT_EQ(copy.run_id(), "source-run");
  EXPECT_EQ(*DownloadUri("m", "2"), "mlflow-artifacts:/1/models/m-1/artifacts");
  ROOKERY_EXPECT_OK(Create("models:/m/2", {.run_id = "source-run", .model_id = "m-1"}));
}

TEST_P(VersionSourcesTest, ACopyMayNotClaimAnotherRunOrLoggedModel) {
  ROOKERY_ASSERT_OK(Create("models:/m-1", {.model_id = "m-1"}));
  const auto refused = StatusIs(
      kInvalidArgument,
      HasSubstr("The run_id and model_id request parameters must match the referenced model"));
  EXPECT_THAT(Create("models:/m/1", {.run_id = "other"}), refused);
  EXPECT_THAT(Create("models:/m/1", {.run_id = ""}), refused);
  EXPECT_THAT(Create("models:/m/1", {.model_id = "m-2"}), refused);
}

TEST_P(VersionSourcesTest, ACopyMayNameItsVersionByStageAliasOrLatest) {
  MakeVersion("m", "s3://b/1");
  MakeVersion("m", "s3://b/2");
  ROOKERY_ASSERT_OK(Move("m", "1", "Staging"));
  ROOKERY_ASSERT_OK(SetAlias("m", "champion", "1"));
  EXPECT_EQ(Create("models:/m/Latest")->source(), "models:/m/2");
  EXPECT_EQ(Create("models:/m/staging")->source(), "models:/m/1");
  EXPECT_EQ(Create("models:/m@champion")->source(), "models:/m/1");
  EXPECT_EQ(*DownloadUri("m", "5"), "s3://b/1");
}

TEST_P(VersionSourcesTest, WhatACopyNamesMustBeThere) {
  MakeModel("empty");
  EXPECT_THAT(Create("models:/nope/1"),
              StatusIs(kNotFound, "Registered Model with name=nope not found"));
  EXPECT_THAT(Create("models:/m/9"),
              StatusIs(kNotFound, "Model Version (name=m, version=9) not found"));
  EXPECT_THAT(Create("models:/m@x"),
              StatusIs(kInvalidArgument, "Registered model alias x not found."));
  EXPECT_THAT(Create("models:/m/foo"),
              StatusIs(kInvalidArgument, HasSubstr("Invalid Model Version stage")));
  EXPECT_THAT(
      Create("models:/m/Production"),
      StatusIs(kNotFound, "No versions of model with name 'm' and stage 'Production' found"));
  EXPECT_THAT(Create("models:/empty/latest"), StatusIs(kNotFound));
  EXPECT_THAT(Create("models://host/m/1"),
              StatusIs(kInvalidArgument, HasSubstr("must use the active model registry")));
  EXPECT_THAT(Create("models:/a/b/c"), MustIdentify("model_id"));
}

TEST_P(VersionSourcesTest, HostsOfTheCallersChoiceAreRefused) {
  for (const std::string source : {"http://h/x", "https://h/x", "ftp://h/x", "hdfs://h/x",
                                   "abfss://c@h/x", "mlflow-artifacts://h/x", "HTTP://h/x"}) {
    EXPECT_THAT(Create(source), StatusIs(kInvalidArgument, HasSubstr("'source' cannot use the '")));
    EXPECT_THAT(Create(source, {.run_id = "run"}), StatusIs(kInvalidArgument));
  }
}

TEST_P(VersionSourcesTest, AHostIsFineWhereTheRunsOwnFilesLie) {
  ROOKERY_EXPECT_OK(Create("abfss://c@account/1/azure/artifacts/model", {.run_id = "azure"}));
  EXPECT_THAT(Create("abfss://c@account/1/elsewhere", {.run_id = "azure"}),
              StatusIs(kInvalidArgument));
}

TEST_P(VersionSourcesTest, APromptsVersionHasAPlaceholderAndNothingElse) {
  const Tags prompt = {{"mlflow.prompt.is_prompt", "true"}};
  MakeModel("p", prompt);
  EXPECT_EQ(MakeVersion("p", "prompt-template", prompt), "1");
  EXPECT_THAT(versions_.Create(call_, NewVersion("p", "s3://b/p", prompt)),
              StatusIs(kInvalidArgument, HasSubstr("Invalid prompt source: 's3://b/p'")));
  EXPECT_THAT(Create("models:/p/1"),
              StatusIs(kInvalidArgument, HasSubstr("Prompt versions cannot be used")));
}

INSTANTIATE_TEST_SUITE_P(All, VersionSourcesTest,
                         ::testing::ValuesIn(::rookery::testing::AllTestDatabases()),
                         ::rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
