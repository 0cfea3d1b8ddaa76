#include "services/registry/domain/model_resources.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/registry/testing/registry_test.h"

namespace rookery::registry {
namespace {

using namespace testing;  // NOLINT: the words of registry_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using enum absl::StatusCode;

constexpr char kStore[] =
    "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/workspaceblobstore/paths/";
constexpr char kModels[] =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/"
    "models/";

template <typename Request>
Request InPath(Request request) {
  request.mutable_workspace()->set_subscription_id("s");
  request.mutable_workspace()->set_resource_group("g");
  request.mutable_workspace()->set_workspace_name("w");
  return request;
}

class ModelResourcesTest : public RegistryTest {
 protected:
  static v1::PutModelVersionResourceRequest NewResource(
      const std::string& name, const std::string& version,
      const std::string& uri = std::string(kStore) + "LocalUpload/abc/m") {
    auto request = InPath(Named<v1::PutModelVersionResourceRequest>(name, version));
    request.mutable_properties()->set_model_uri(uri);
    request.mutable_properties()->set_model_type("custom_model");
    request.mutable_properties()->set_is_anonymous(false);
    request.mutable_properties()->set_is_archived(false);
    return request;
  }
  StatusOr<v1::ModelVersionResource> Put(const v1::PutModelVersionResourceRequest& request) {
    ASSIGN_OR_RETURN(auto response, resources_.PutVersion(call_, request));
    return response.resource();
  }
  StatusOr<v1::ModelVersionResource> Get(const CallContext& call, const std::string& name,
                                         const std::string& version) {
    ASSIGN_OR_RETURN(auto response,
                     resources_.GetVersion(
                         call, InPath(Named<v1::GetModelVersionResourceRequest>(name, version))));
    return response.resource();
  }
  StatusOr<v1::ModelContainerResource> Container(const std::string& name) {
    ASSIGN_OR_RETURN(
        auto response,
        resources_.GetContainer(call_, InPath(Named<v1::GetModelContainerResourceRequest>(name))));
    return response.resource();
  }
  std::vector<std::string> Versions(const std::string& name, const std::string& view = "",
                                    std::optional<int> top = {}, const std::string& skip = "",
                                    std::string* next = nullptr) {
    auto request = InPath(Named<v1::ListModelVersionResourcesRequest>(name));
    if (!view.empty()) request.set_list_view_type(view);
    if (top) request.set_top(*top);
    request.set_skip(skip);
    const auto listed = resources_.ListVersions(call_, request);
    EXPECT_THAT(listed, rookery::testing::IsOk());
    std::vector<std::string> found;
    if (!listed.ok()) return found;
    for (const auto& each : listed->value()) found.push_back(each.name());
    if (next != nullptr) *next = listed->next_link();
    return found;
  }
  std::vector<std::string> Containers(const std::string& view = "") {
    auto request = InPath(v1::ListModelContainerResourcesRequest());
    request.set_list_view_type(view);
    const auto listed = resources_.ListContainers(call_, request);
    EXPECT_THAT(listed, rookery::testing::IsOk());
    std::vector<std::string> found;
    if (!listed.ok()) return found;
    for (const auto& each : listed->value()) found.push_back(each.name());
    return found;
  }

  ModelResources resources_{*database_, sources_, clock_};
};

TEST_P(ModelResourcesTest, ItsModelsAndVersionsAreMlflows) {
  auto request = NewResource("m", "1");
  request.mutable_properties()->set_description("d");
  (*request.mutable_properties()->mutable_tags())["k"] = "v";
  (*request.mutable_properties()->mutable_properties())["p"] = "q";
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, Put(request));
  EXPECT_EQ(made.id(), std::string(kModels) + "m/versions/1");
  EXPECT_EQ(made.name(), "1");
  EXPECT_EQ(made.system_data().created_at().seconds() * 1000, clock_.NowMs());
  const auto& properties = made.properties();
  EXPECT_EQ(properties.model_uri(), request.properties().model_uri());
  EXPECT_EQ(properties.model_type(), "custom_model");
  EXPECT_EQ(properties.description(), "d");
  EXPECT_THAT(properties.tags(), ElementsAre(Pair("k", "v")));
  EXPECT_THAT(properties.properties(), ElementsAre(Pair("p", "q")));
  EXPECT_FALSE(properties.is_archived());
  EXPECT_FALSE(properties.has_stage());
  EXPECT_EQ(Get(call_, "m", "1")->DebugString(), made.DebugString());

  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, Version("m", "1"));
  EXPECT_EQ(version.source(), "mlflow-artifacts:/LocalUpload/abc/m");
  EXPECT_EQ(version.description(), "d");
  EXPECT_THAT(AsTags(version.tags()), ElementsAre(Pair("k", "v")));
}

TEST_P(ModelResourcesTest, AVersionOfMlflowsIsAResource) {
  MakeModel("m");
  sources_.runs[{"default", "r"}] = "mlflow-artifacts:/1/r/artifacts";
  auto request = NewVersion("m", "runs:/r/model");
  request.set_run_id("r");
  ROOKERY_ASSERT_OK(versions_.Create(call_, request));
  ROOKERY_ASSERT_OK(Move("m", "1", "Staging"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, Get(call_, "m", "1"));
  EXPECT_EQ(found.properties().model_uri(), std::string(kStore) + "1/r/artifacts/model");
  EXPECT_EQ(found.properties().model_type(), "mlflow_model");
  EXPECT_EQ(found.properties().job_name(), "r");
  EXPECT_EQ(found.properties().stage(), "Staging");
}

TEST_P(ModelResourcesTest, AModelMayBeAtARunsArtifacts) {
  sources_.runs[{"default", "r"}] = "mlflow-artifacts:/1/r/artifacts";
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto made,
      Put(NewResource("m", "1", "azureml://jobs/r/outputs/artifacts/paths/model")));
  EXPECT_EQ(made.properties().model_uri(), std::string(kStore) + "1/r/artifacts/model");
  EXPECT_EQ(Version("m", "1")->run_id(), "r");
  EXPECT_THAT(Put(NewResource("m", "2", "runs:/gone/model")), StatusIs(kNotFound));
  EXPECT_THAT(Put(NewResource("m", "2", "/etc/passwd")), StatusIs(kInvalidArgument));
  EXPECT_THAT(Put(NewResource("m", "2", "")), StatusIs(kInvalidArgument));
}

TEST_P(ModelResourcesTest, NumbersOnlyGrow) {
  EXPECT_THAT(Container("m"), StatusIs(kNotFound));
  ROOKERY_ASSERT_OK(Put(NewResource("m", "5")));
  EXPECT_EQ(Container("m")->properties().latest_version(), "5");
  EXPECT_EQ(Container("m")->properties().next_version(), "6");
  EXPECT_THAT(Put(NewResource("m", "4")),
              StatusIs(kInvalidArgument, HasSubstr("it had a version 5")));
  EXPECT_THAT(Put(NewResource("m", "latest")), StatusIs(kInvalidArgument));
  ROOKERY_ASSERT_OK(DeleteVersion("m", "5"));
  EXPECT_FALSE(Container("m")->properties().has_latest_version());
  EXPECT_EQ(Container("m")->properties().next_version(), "6");
  EXPECT_EQ(MakeVersion("m"), "6");
}

TEST_P(ModelResourcesTest, PutAgainChangesWhatMayChange) {
  auto request = NewResource("m", "1");
  (*request.mutable_properties()->mutable_tags())["old"] = "1";
  (*request.mutable_properties()->mutable_properties())["p"] = "1";
  ROOKERY_ASSERT_OK(Put(request));
  request.mutable_properties()->mutable_tags()->clear();
  (*request.mutable_properties()->mutable_tags())["new"] = "2";
  (*request.mutable_properties()->mutable_properties())["p"] = "2";
  (*request.mutable_properties()->mutable_properties())["q"] = "3";
  request.mutable_properties()->set_description("d");
  request.mutable_properties()->set_stage("production");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto changed, Put(request));
  EXPECT_THAT(changed.properties().tags(), ElementsAre(Pair("new", "2")));
  EXPECT_THAT(changed.properties().properties(),
              UnorderedElementsAre(Pair("p", "1"), Pair("q", "3")));
  EXPECT_EQ(changed.properties().description(), "d");
  EXPECT_EQ(changed.properties().stage(), "Production");
  EXPECT_EQ(Version("m", "1")->current_stage(), "Production");
  EXPECT_THAT(Versions("m"), ElementsAre("1"));

  auto other = NewResource("m", "1", std::string(kStore) + "LocalUpload/other/m");
  EXPECT_THAT(Put(other), StatusIs(kAlreadyExists, HasSubstr("other files")));
  // The same in other words.
  other.mutable_properties()->set_model_uri(
      "azureml://datastores/workspaceblobstore/paths/LocalUpload/abc/m/");
  ROOKERY_EXPECT_OK(Put(other));
  other.mutable_properties()->set_stage("nope");
  EXPECT_THAT(Put(other), StatusIs(kInvalidArgument));
}

TEST_P(ModelResourcesTest, WhatIsArchivedIsListedOnlyWhenAskedFor) {
  ROOKERY_ASSERT_OK(Put(NewResource("m", "1")));
  auto second = NewResource("m", "2");
  ROOKERY_ASSERT_OK(Put(second));
  second.mutable_properties()->set_is_archived(true);
  EXPECT_TRUE(Put(second)->properties().is_archived());
  EXPECT_THAT(Versions("m"), ElementsAre("1"));
  EXPECT_THAT(Versions("m", "ArchivedOnly"), ElementsAre("2"));
  EXPECT_THAT(Versions("m", "All"), ElementsAre("2", "1"));
  auto request = InPath(Named<v1::ListModelVersionResourcesRequest>("m"));
  request.set_list_view_type("Some");
  EXPECT_THAT(resources_.ListVersions(call_, request), StatusIs(kInvalidArgument));
  second.mutable_properties()->set_is_archived(false);
  ROOKERY_ASSERT_OK(Put(second));
  EXPECT_THAT(Versions("m"), ElementsAre("2", "1"));
}

TEST_P(ModelResourcesTest, ContainersAreMlflowsModels) {
  MakeModel("a", {{"k", "v"}});
  ROOKERY_ASSERT_OK(Put(NewResource("b", "1")));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, Container("a"));
  EXPECT_EQ(found.id(), std::string(kModels) + "a");
  EXPECT_THAT(found.properties().tags(), ElementsAre(Pair("k", "v")));
  EXPECT_EQ(found.properties().next_version(), "1");
  EXPECT_THAT(Containers(), ElementsAre("a", "b"));

  auto request = InPath(Named<v1::PutModelContainerResourceRequest>("a"));
  request.mutable_properties()->set_description("d");
  request.mutable_properties()->set_is_archived(true);
  ROOKERY_ASSERT_OK(resources_.PutContainer(call_, request));
  EXPECT_EQ(Model("a")->description(), "d");
  EXPECT_THAT(AsTags(Model("a")->tags()), IsEmpty());
  EXPECT_THAT(Containers(), ElementsAre("b"));
  EXPECT_THAT(Containers("ArchivedOnly"), ElementsAre("a"));
  EXPECT_THAT(Containers("All"), ElementsAre("a", "b"));
}

TEST_P(ModelResourcesTest, ListsTheNewestFirstAndInPages) {
  for (const char* version : {"1", "2", "3"}) {
    ROOKERY_ASSERT_OK(Put(NewResource("m", version)));
    clock_.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(Versions("m"), ElementsAre("3", "2", "1"));
  EXPECT_THAT(Versions("nope"), IsEmpty());
  std::string next;
  EXPECT_THAT(Versions("m", "All", 2, "", &next), ElementsAre("3", "2"));
  ASSERT_THAT(next, ::testing::StartsWith(std::string(kModels) + "m/versions?$skip="));
  EXPECT_THAT(next, ::testing::EndsWith("&$top=2&listViewType=All"));
  std::string token = next.substr(next.find("skip=") + 5);
  token.resize(token.find('&'));
  for (const auto& [escape, text] : Tags{{"%3D", "="}, {"%2B", "+"}, {"%2F", "/"}}) {
    for (size_t at; (at = token.find(escape)) != token.npos;) token.replace(at, 3, text);
  }
  EXPECT_THAT(Versions("m", "All", 2, token, &next), ElementsAre("1"));
  EXPECT_EQ(next, "");
  EXPECT_THAT(resources_.ListVersions(call_,
                                      [] {
                                        auto request = InPath(
                                            Named<v1::ListModelVersionResourcesRequest>("m"));
                                        request.set_top(0);
                                        return request;
                                      }()),
              StatusIs(kInvalidArgument));
}

TEST_P(ModelResourcesTest, WorkspacesDoNotMeet) {
  ROOKERY_ASSERT_OK(Put(NewResource("m", "1")));
  EXPECT_THAT(Get(other_call_, "m", "1"), StatusIs(kNotFound));
  EXPECT_THAT(Get(call_, "m", "2"), StatusIs(kNotFound));
  EXPECT_TRUE(
      resources_
          .ListVersions(other_call_, InPath(Named<v1::ListModelVersionResourcesRequest>("m")))
          ->value()
          .empty());
  EXPECT_TRUE(
      resources_.ListContainers(other_call_, InPath(v1::ListModelContainerResourcesRequest()))
          ->value()
          .empty());
}

INSTANTIATE_TEST_SUITE_P(All, ModelResourcesTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabases()),
                         rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
