#include "services/registry/domain/model_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "services/registry/domain/model_asset.h"
#include "services/registry/testing/fake_model_sources.h"

namespace rookery::registry {
namespace {

using ::rookery::testing::StatusIs;
using enum absl::StatusCode;

TEST(ModelPlacesTest, PrefixesNameRunsOrThePathOfTheStore) {
  EXPECT_EQ(*PlaceOfPrefix("ExperimentRun/dcid.r1/outputs/m.pkl"),
            (ModelPlace{"r1", "outputs/m.pkl"}));
  EXPECT_EQ(*PlaceOfPrefix("LocalUpload/260101T0-ab/m.pkl"),
            (ModelPlace{"", "LocalUpload/260101T0-ab/m.pkl"}));
  for (const char* prefix : {"ExperimentRun/dcid.r1/outputs/m.pkl", "LocalUpload/c/a b/é#.pkl"}) {
    EXPECT_EQ(PrefixOf(*PlaceOfPrefix(prefix)), prefix);
  }
}

TEST(ModelPlacesTest, PrefixesThatNoFileCanHaveAreRefused) {
  for (const char* prefix :
       {"", "/", "a", "a/b", "a/b/", "a/../b", "a/b/../c", "a/b/%2e%2e/c", "a/b/.", "a/b/\x01"}) {
    EXPECT_THAT(PlaceOfPrefix(prefix), StatusIs(kInvalidArgument)) << prefix;
  }
}

TEST(ModelPlacesTest, ModelUrisNameTheStoreOrARun) {
  const ModelPlace stored{"", "LocalUpload/abc/m"};
  EXPECT_EQ(*PlaceOfModelUri("azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/"
                             "workspaceblobstore/paths/LocalUpload/abc/m/"),
            stored);
  EXPECT_EQ(*PlaceOfModelUri("azureml://datastores/workspaceblobstore/paths/LocalUpload/abc/m"),
            stored);
  EXPECT_EQ(*PlaceOfModelUri("azureml://jobs/r1/outputs/artifacts/paths/model/"),
            (ModelPlace{"r1", "model"}));
  EXPECT_EQ(*PlaceOfModelUri("runs:/r1/model"), (ModelPlace{"r1", "model"}));
}

TEST(ModelPlacesTest, OtherModelUrisAreRefused) {
  for (const char* uri :
       {"", "/etc/passwd", "file:///etc/passwd", "s3://b/m", "https://h/m", "azureml://x",
        "azureml://datastores/other/paths/m", "azureml://datastores/workspaceblobstore/paths/",
        "azureml://datastores/workspaceblobstore/paths/a/../../b", "runs:/", "runs://r/x"}) {
    EXPECT_THAT(PlaceOfModelUri(uri), StatusIs(kInvalidArgument)) << uri;
  }
}

TEST(ModelPlacesTest, LocationsInTheStoreHaveAPlace) {
  EXPECT_EQ(PlaceOfLocation("mlflow-artifacts:/1/r/artifacts/m"),
            (ModelPlace{"", "1/r/artifacts/m"}));
  EXPECT_EQ(PlaceOfLocation("runs:/r/m"), (ModelPlace{"r", "m"}));
  for (const char* location : {"s3://b/m", "mlflow-artifacts://host/m", "dummy-source", ""}) {
    EXPECT_EQ(PlaceOfLocation(location), std::nullopt) << location;
  }
}

TEST(ModelPlacesTest, VersionsAreMadeOfWhatIsThere) {
  testing::FakeModelSources sources;
  sources.runs[{"default", "r1"}] = "mlflow-artifacts:/1/r1/artifacts";
  sources.logged_models[{"default", "m-1"}] = {"mlflow-artifacts:/1/models/m-1/artifacts", "r1"};
  const ModelPlaces places(sources);
  const CallContext call;

  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto of_run, places.SourceAt(call, {"r1", "model"}));
  EXPECT_EQ(of_run.source, "mlflow-artifacts:/1/r1/artifacts/model");
  EXPECT_EQ(of_run.storage_location, of_run.source);
  EXPECT_EQ(of_run.run_id, "r1");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto of_model, places.SourceAt(call, {"m-1", ""}));
  EXPECT_EQ(of_model.source, "mlflow-artifacts:/1/models/m-1/artifacts");
  EXPECT_EQ(of_model.logged_model_id, "m-1");
  EXPECT_EQ(of_model.run_id, "r1");
  sources.runs[{"default", "m-run"}] = "mlflow-artifacts:/1/m-run/artifacts";
  EXPECT_EQ(places.SourceAt(call, {"m-run", "model"})->run_id, "m-run");
  EXPECT_EQ(places.SourceAt(call, {"", "LocalUpload/c/m"})->source,
            "mlflow-artifacts:/LocalUpload/c/m");
  EXPECT_THAT(places.SourceAt(call, {"gone", "m"}), StatusIs(kNotFound));
  EXPECT_THAT(places.SourceAt(call, {"m-gone", "m"}), StatusIs(kNotFound));

  v1::WorkspacePath workspace;
  workspace.set_subscription_id("s");
  workspace.set_resource_group("g");
  workspace.set_workspace_name("w");
  const std::string store =
      "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/workspaceblobstore/"
      "paths/";
  EXPECT_EQ(*places.ModelUriOf(call, workspace, "mlflow-artifacts:/1/x"), store + "1/x");
  EXPECT_EQ(*places.ModelUriOf(call, workspace, "runs:/r1/model"), store + "1/r1/artifacts/model");
  EXPECT_EQ(*places.ModelUriOf(call, workspace, "runs:/gone/model"), "runs:/gone/model");
  EXPECT_EQ(*places.ModelUriOf(call, workspace, "s3://b/m"), "s3://b/m");
}

TEST(ModelAssetTest, AnIdSaysItsAsset) {
  const auto asset = MakeAsset("penguin-classification", "LocalUpload/c/é.pkl");
  EXPECT_THAT(asset.id(), ::testing::MatchesRegex("[A-Za-z0-9_-]+"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, AssetOfId(asset.id()));
  EXPECT_EQ(found.DebugString(), asset.DebugString());
  EXPECT_EQ(AssetOfUrl(AssetUrl(asset))->id(), asset.id());
}

TEST(ModelAssetTest, OtherIdsAreOfNone) {
  const std::string id = MakeAsset("m", "a/b/c").id();
  for (const std::string& other : {std::string(), std::string("x"), id + "=", id + "AA",
                                   std::string("CgFtGgA"), std::string("a b")}) {
    EXPECT_THAT(AssetOfId(other), StatusIs(kNotFound)) << other;
    EXPECT_THAT(AssetOfUrl("aml://asset/" + other), StatusIs(kInvalidArgument)) << other;
  }
  EXPECT_THAT(AssetOfUrl("s3://b/" + id), StatusIs(kInvalidArgument));
}

}  // namespace
}  // namespace rookery::registry
