#include "services/gateway/azure/artifact_uris.h"

#include <gtest/gtest.h>
#include <rookery/registry/v1/model_version.pb.h>
#include <rookery/tracking/v1/search.pb.h>

#include <string>
#include <utility>

namespace rookery::gateway {
namespace {

constexpr char kWs[] =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";
constexpr char kPlugin[] = "mlflow-python-client/3.15.0 azureml-mlflow/1.62.0.post6";

std::string Base() { return "azureml://h:1/mlflow/v2.0" + std::string(kWs) + "/experiments/"; }
std::string Model() { return "m-" + std::string(32, 'a'); }

std::optional<Mount> Mounted() { return FindMount("/mlflow/v1.0" + std::string(kWs) + "/x"); }

http::RequestHead From(const std::string& agent) {
  http::RequestHead request;
  request.headers.Add("Host", "h:1");
  request.headers.Add("User-Agent", agent);
  return request;
}

TEST(ArtifactUrisTest, OursHaveAFormOfAzuresAndBack) {
  const std::pair<std::string, std::string> pairs[] = {
      {"mlflow-artifacts:/1/r/artifacts", Base() + "1/runs/r/artifacts"},
      {"mlflow-artifacts:/1/r/artifacts/a b/c%20", Base() + "1/runs/r/artifacts/a b/c%20"},
      {"mlflow-artifacts:/1/r/artifacts/x/artifacts/y",
       Base() + "1/runs/r/artifacts/x/artifacts/y"},
      {"mlflow-artifacts:/1/models/" + Model() + "/artifacts",
       Base() + "1/runs/" + Model() + "/artifacts"},
      // Below a location that the experiment's creator named.
      {"mlflow-artifacts:/a/b%/r/artifacts/m", Base() + "a%2Fb%25/runs/r/artifacts/m"},
      {"mlflow-artifacts:/a/b/models/" + Model() + "/artifacts/x",
       Base() + "a%2Fb/runs/" + Model() + "/artifacts/x"},
      {"mlflow-artifacts:/a#b?c/r/artifacts/m#1", Base() + "a%23b%3Fc/runs/r/artifacts/m#1"},
      {"mlflow-artifacts:/1/models/other/artifacts", Base() + "1%2Fmodels/runs/other/artifacts"},
      {"mlflow-artifacts:/LocalUpload/c/f/g", "azureml://artifacts/LocalUpload/c/f/g"},
  };
  for (const auto& [ours, azures] : pairs) {
    EXPECT_EQ(ToAzureUri(ours, "h:1", *Mounted()), azures);
    EXPECT_EQ(FromAzureUri(azures, "w"), ours);
  }
}

TEST(ArtifactUrisTest, OthersStayAsTheyAre) {
  for (const std::string uri :
       {"", "s3://b/1/r/artifacts", "mlflow-artifacts://host/1/r/artifacts", "mlflow-artifacts:/1",
        "mlflow-artifacts:/1/r", "mlflow-artifacts:/r/artifacts",
        "mlflow-artifacts:/1/r/artifactsx", "mlflow-artifacts:/1/r/models", "models:/m/1",
        "runs:/r/artifacts"}) {
    EXPECT_EQ(ToAzureUri(uri, "h", *Mounted()), uri);
  }
  // A run that has the id of a model.
  const std::string run = "mlflow-artifacts:/1/" + Model() + "/artifacts";
  EXPECT_EQ(ToAzureUri(run, "h", *Mounted()), run);
}

TEST(ArtifactUrisTest, AzuresThatAreNotOursStayAsTheyAre) {
  const std::string ws = kWs;
  for (const std::string& uri : {
           std::string("azureml:data:1"),
           std::string("azureml://"),
           std::string("azureml://h"),
           std::string("azureml://artifacts/ExperimentRun/dcid.r/a"),
           std::string("azureml://datastores/d/paths/p"),
           "azureml://h/mlflow/v2.0" + ws,
           "azureml://h/mlflow/v2.0" + ws + "/experiments/1/runs/r",
           "azureml://h/mlflow/v2.0" + ws + "/experiments/1/runs/r/artifactsx",
           "azureml://h/mlflow/v2.0" + ws + "/experiments//runs/r/artifacts",
           "azureml://h/mlflow/v2.0" + ws + "/experiments/%zz/runs/r/artifacts",
           "azureml://h/history/v1.0" + ws + "/experiments/1/runs/r/artifacts",
           std::string("https://h/1/r/artifacts"),
       }) {
    EXPECT_EQ(FromAzureUri(uri, "w"), uri);
  }
}

TEST(ArtifactUrisTest, AnyHostIsOursButNoOtherWorkspace) {
  const std::string uri = "azureml://elsewhere/mlflow/v1.0" + std::string(kWs) +
                          "/experiments/1/runs/r/artifacts/model";
  EXPECT_EQ(FromAzureUri(uri, "w"), "mlflow-artifacts:/1/r/artifacts/model");
  EXPECT_EQ(FromAzureUri(uri, "default"), uri);
}

TEST(ArtifactUrisTest, OnlyThePluginUnderAMountIsGivenThem) {
  tracking::v1::SearchRunsResponse answer;
  for (const char* run : {"r", "t"}) {
    answer.add_runs()->mutable_info()->set_artifact_uri("mlflow-artifacts:/1/" + std::string(run) +
                                                        "/artifacts");
  }
  answer.add_runs();
  const std::string as_it_was = answer.SerializeAsString();
  WriteArtifactUris(From(kPlugin), std::nullopt, &answer);
  WriteArtifactUris(From("mlflow-python-client/3.15.0"), Mounted(), &answer);
  EXPECT_EQ(answer.SerializeAsString(), as_it_was);
  WriteArtifactUris(From(kPlugin), Mounted(), &answer);
  EXPECT_EQ(answer.runs(0).info().artifact_uri(), Base() + "1/runs/r/artifacts");
  EXPECT_EQ(answer.runs(1).info().artifact_uri(), Base() + "1/runs/t/artifacts");
  EXPECT_FALSE(answer.runs(2).has_info());
}

TEST(ArtifactUrisTest, WhatTheyGiveBackIsRead) {
  registry::v1::CreateModelVersionRequest request;
  request.set_name(Base() + "1/runs/r/artifacts");
  request.set_source(Base() + "1/runs/r/artifacts/model");
  ReadArtifactUris("w", &request);
  EXPECT_EQ(request.source(), "mlflow-artifacts:/1/r/artifacts/model");
  EXPECT_EQ(request.name(), Base() + "1/runs/r/artifacts");
}

}  // namespace
}  // namespace rookery::gateway
