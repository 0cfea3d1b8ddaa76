#include "services/gateway/azure/mount.h"

#include <gtest/gtest.h>

#include <string>

namespace rookery::gateway {
namespace {

constexpr char kWs[] =
    "/subscriptions/s-1/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w";

std::string PathOf(const std::string& path) {
  const auto mount = FindMount(path);
  return mount ? mount->path : "none";
}

TEST(MountTest, TheWorkspaceAndItsLinksAreInThePath) {
  const auto mount = FindMount("/mlflow/v2.0" + std::string(kWs) + "/api/2.0/mlflow/runs/get");
  ASSERT_TRUE(mount);
  EXPECT_EQ(mount->family, Mount::Family::kMlflow);
  EXPECT_EQ(mount->subscription, "s-1");
  EXPECT_EQ(mount->resource_group, "g");
  EXPECT_EQ(mount->workspace, "w");
  EXPECT_EQ(mount->resource, kWs);
  EXPECT_EQ(mount->prefix, "/mlflow/v2.0" + std::string(kWs));
  EXPECT_EQ(mount->asked, mount->prefix + "/api/2.0/mlflow/runs/get");
  EXPECT_EQ(mount->path, "/api/2.0/mlflow/runs/get");
}

TEST(MountTest, EachFamilyHasItsRoutes) {
  const std::string ws = kWs;
  EXPECT_EQ(PathOf("/mlflow/v1.0" + ws + "/version"), "/version");
  EXPECT_EQ(PathOf("/mlflow/v2.0" + ws), "");
  EXPECT_EQ(PathOf("/mlflow/v2.0" + ws + "/"), "/");
  EXPECT_EQ(PathOf("/history/v1.0" + ws + "/experiments/e"), "/azureml/history/experiments/e");
  EXPECT_EQ(PathOf("/artifact/v2.0" + ws + "/artifacts/o/c"), "/azureml/artifact/artifacts/o/c");
  EXPECT_EQ(PathOf("/modelmanagement/v1.0" + ws + "/models"), "/azureml/modelmanagement/models");
  EXPECT_EQ(PathOf(ws + "/datastores/d"), ws + "/datastores/d");
  EXPECT_EQ(PathOf(ws), ws);
  EXPECT_EQ(PathOf("//mlflow/v2.0" + ws + "//api/x"), "//api/x");
}

TEST(MountTest, TheFixedWordsAreReadInAnyCase) {
  const auto mount = FindMount(
      "/MLflow/V2.0/Subscriptions/S/resourcegroups/G/Providers/"
      "microsoft.machinelearningservices/WORKSPACES/W/Api");
  ASSERT_TRUE(mount);
  EXPECT_EQ(mount->workspace, "W");
  EXPECT_EQ(mount->path, "/Api");
}

TEST(MountTest, ArmsRoutesHaveOneCaseOfLettersAndTheNamesAsTheyAre) {
  EXPECT_EQ(PathOf("/SUBSCRIPTIONS/S/resourcegroups/a%20B/providers/"
                   "microsoft.machinelearningservices/Workspaces/W/Models/m"),
            "/subscriptions/S/resourceGroups/a%20B/providers/"
            "Microsoft.MachineLearningServices/workspaces/W/Models/m");
}

TEST(MountTest, EscapesAreUndoneInNamesAndLeftInTheRest) {
  const auto mount = FindMount(
      "/modelmanagement/v1.0/subscriptions/s/resourceGroups/a%20b/providers/"
      "Microsoft.MachineLearningServices/workspaces/te%61m/models/name%3A1%2Fx");
  ASSERT_TRUE(mount);
  EXPECT_EQ(mount->resource_group, "a b");
  EXPECT_EQ(mount->workspace, "team");
  EXPECT_TRUE(mount->resource.ends_with("/workspaces/te%61m"));
  EXPECT_EQ(mount->path, "/azureml/modelmanagement/models/name%3A1%2Fx");
}

TEST(MountTest, WhatIsNotWholeIsNoMount) {
  const std::string ws = kWs;
  for (const std::string& path : {
           std::string(),
           std::string("/"),
           std::string("///"),
           std::string("x"),
           std::string("/mlflow"),
           std::string("/subscriptions"),
           "/mlflow" + ws,
           "/mlflow/v3.0" + ws,
           "/other/v2.0" + ws,
           "/mlflow/v2.0/mlflow/v2.0" + ws,
           "/mlflow//v2.0" + ws,
           "/mlflow/v2.0" + ws.substr(0, ws.size() - 1),  // a workspace of no name
           "/mlflow/v2.0" + ws.substr(0, ws.size() - 2),
           "/mlflow/v2.0" + ws + "%zz",
           std::string("/subscriptions//resourceGroups/g/providers/"
                       "Microsoft.MachineLearningServices/workspaces/w"),
           std::string(
               "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/workspaces/w"),
       }) {
    EXPECT_EQ(PathOf(path), "none") << path;
  }
}

TEST(MountTest, AzuresOwnRoutesAreUnderTheirMountAlone) {
  const std::string ws = kWs;
  const auto mlflow = FindMount("/mlflow/v2.0" + ws + "/azureml/history");
  const auto history = FindMount("/history/v1.0" + ws + "/experiments/e");
  EXPECT_TRUE(MayReach(history, "/azureml/history/experiments/{e}"));
  EXPECT_TRUE(MayReach(FindMount(ws), "/subscriptions/{s}/resourceGroups/{g}"));
  EXPECT_FALSE(MayReach(std::nullopt, "/subscriptions/{s}/resourceGroups/{g}"));
  EXPECT_TRUE(MayReach(std::nullopt, "/subscriptions"));
  EXPECT_FALSE(MayReach(mlflow, "/azureml/history"));
  EXPECT_FALSE(MayReach(std::nullopt, "/azureml/history"));
  EXPECT_TRUE(MayReach(mlflow, "/api/2.0/mlflow/runs/get"));
  EXPECT_TRUE(MayReach(std::nullopt, "/api/2.0/mlflow/runs/get"));
}

}  // namespace
}  // namespace rookery::gateway
