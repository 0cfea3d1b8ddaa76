#include "services/registry/domain/managed_models.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/registry/domain/model_asset.h"
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

class ManagedModelsTest : public RegistryTest {
 protected:
  v1::CreateManagedModelRequest NewManaged(const std::string& name,
                                           const std::string& prefix = "LocalUpload/c1/model.pkl") {
    v1::CreateModelAssetRequest asset;
    asset.set_name(name);
    asset.add_artifacts()->set_prefix(prefix);
    const auto made = managed_.CreateAsset(call_, asset);
    EXPECT_THAT(made, rookery::testing::IsOk());
    v1::CreateManagedModelRequest request;
    request.set_name(name);
    request.set_url("aml://asset/" + made->asset().id());
    return request;
  }
  v1::ManagedModel MakeManaged(const v1::CreateManagedModelRequest& request) {
    const auto made = managed_.Create(call_, request);
    EXPECT_THAT(made, rookery::testing::IsOk());
    return made.ok() ? made->model() : v1::ManagedModel();
  }
  StatusOr<v1::ManagedModel> Get(const CallContext& call, const std::string& id) {
    v1::GetManagedModelRequest request;
    request.set_id(id);
    ASSIGN_OR_RETURN(auto response, managed_.Get(call, request));
    return response.model();
  }
  // Their ids.
  std::vector<std::string> List(const v1::ListManagedModelsRequest& request,
                                std::string* next = nullptr) {
    const auto listed = managed_.List(call_, request);
    EXPECT_THAT(listed, rookery::testing::IsOk());
    std::vector<std::string> ids;
    if (!listed.ok()) return ids;
    for (const auto& model : listed->value()) ids.push_back(model.id());
    if (next != nullptr) *next = listed->next_link();
    return ids;
  }
  StatusOr<v1::ManagedModel> Change(const std::string& id, const std::string& op,
                                    const std::string& path, const Tags& values) {
    v1::UpdateManagedModelRequest request;
    request.set_id(id);
    auto* change = request.add_changes();
    change->set_op(op);
    change->set_path(path);
    auto& fields = *change->mutable_value()->mutable_struct_value()->mutable_fields();
    for (const auto& [key, value] : values) fields[key].set_string_value(value);
    ASSIGN_OR_RETURN(auto response, managed_.Update(call_, request));
    return response.model();
  }
  Status Delete(const std::string& id) {
    v1::DeleteManagedModelRequest request;
    request.set_id(id);
    return managed_.Delete(call_, request).status();
  }

  ManagedModels managed_{*database_, sources_, versions_, clock_};
};

TEST_P(ManagedModelsTest, ItsModelsAndVersionsAreMlflows) {
  auto request = NewManaged("m");
  request.set_description("d");
  (*request.mutable_kv_tags())["k"] = "v";
  (*request.mutable_properties())["p"] = "q";
  const auto made = MakeManaged(request);
  EXPECT_EQ(made.id(), "m:1");
  EXPECT_EQ(made.version(), 1);
  EXPECT_EQ(made.url(), request.url());
  EXPECT_EQ(made.mime_type(), "application/json");
  EXPECT_EQ(made.created_time().seconds() * 1000, clock_.NowMs());
  EXPECT_THAT(made.kv_tags(), ElementsAre(Pair("k", "v")));
  EXPECT_THAT(made.properties(), ElementsAre(Pair("p", "q")));

  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, Version("m", "1"));
  EXPECT_EQ(version.source(), "mlflow-artifacts:/LocalUpload/c1/model.pkl");
  EXPECT_EQ(version.description(), "d");
  EXPECT_EQ(version.current_stage(), "None");
  EXPECT_THAT(AsTags(version.tags()), ElementsAre(Pair("k", "v")));
  EXPECT_EQ(*DownloadUri("m", "1"), version.source());

  MakeVersion("m");
  EXPECT_EQ(MakeManaged(request).id(), "m:3");
  EXPECT_EQ(MakeVersion("m"), "4");
}

TEST_P(ManagedModelsTest, AVersionOfMlflowsIsAModelWithAnAsset) {
  MakeModel("m");
  sources_.logged_models[{"default", "m-1"}] = {"mlflow-artifacts:/1/models/m-1/artifacts", "r"};
  auto request = NewVersion("m", "models:/m-1", {{"k", "v"}});
  request.set_model_id("m-1");
  ROOKERY_ASSERT_OK(versions_.Create(call_, request));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, Get(call_, "m:1"));
  EXPECT_EQ(AssetOfUrl(model.url())->artifacts(0).prefix(), "1/models/m-1/artifacts");
  EXPECT_EQ(model.run_id(), "r");
  EXPECT_THAT(model.kv_tags(), ElementsAre(Pair("k", "v")));
  EXPECT_THAT(model.properties(), IsEmpty());
  EXPECT_FALSE(model.has_description());

  MakeVersion("m", "s3://bucket/model");
  EXPECT_EQ(Get(call_, "m:2")->url(), "s3://bucket/model");
}

TEST_P(ManagedModelsTest, AModelOfARunIsAtTheRunsArtifacts) {
  sources_.runs[{"default", "r1"}] = "mlflow-artifacts:/1/r1/artifacts";
  const auto made = MakeManaged(NewManaged("m", "ExperimentRun/dcid.r1/outputs/m.pkl"));
  EXPECT_EQ(made.run_id(), "r1");
  EXPECT_EQ(*DownloadUri("m", "1"), "mlflow-artifacts:/1/r1/artifacts/outputs/m.pkl");
  EXPECT_THAT(managed_.Create(call_, NewManaged("m", "ExperimentRun/dcid.gone/m.pkl")),
              StatusIs(kNotFound));
  EXPECT_THAT(Get(call_, "m:2"), StatusIs(kNotFound));
}

TEST_P(ManagedModelsTest, WhatCannotBeKeptIsRefused) {
  auto request = NewManaged("m");
  request.set_url("s3://bucket/model");
  EXPECT_THAT(managed_.Create(call_, request), StatusIs(kInvalidArgument, HasSubstr("no asset")));
  request = NewManaged("m");
  request.add_datasets()->set_name("d");
  EXPECT_THAT(managed_.Create(call_, request), StatusIs(kInvalidArgument, HasSubstr("datasets")));
  request = NewManaged("m");
  request.set_name("a/b");
  EXPECT_THAT(managed_.Create(call_, request), StatusIs(kInvalidArgument));
  request = NewManaged("m");
  (*request.mutable_kv_tags())["k#"] = "v";
  EXPECT_THAT(managed_.Create(call_, request), StatusIs(kInvalidArgument));
  EXPECT_THAT(Model("m"), StatusIs(kNotFound));
}

TEST_P(ManagedModelsTest, UnknownIdsAreNotFound) {
  MakeManaged(NewManaged("m"));
  for (const char* id : {"m:2", "x:1", "m", "m:", ":1", "m:x", ""}) {
    EXPECT_THAT(Get(call_, id), StatusIs(kNotFound)) << id;
    EXPECT_THAT(Delete(id), StatusIs(kNotFound)) << id;
    EXPECT_THAT(Change(id, "replace", "/kvTags", {}), StatusIs(kNotFound)) << id;
  }
  EXPECT_THAT(Get(other_call_, "m:1"), StatusIs(kNotFound));
}

TEST_P(ManagedModelsTest, ListsTheNewestFirstAndInPages) {
  for (int i = 0; i < 3; ++i) {
    MakeManaged(NewManaged("a"));
    MakeManaged(NewManaged("b"));
    clock_.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(List({}), ElementsAre("a:3", "b:3", "a:2", "b:2", "a:1", "b:1"));
  v1::ListManagedModelsRequest request;
  request.set_name("a");
  EXPECT_THAT(List(request), ElementsAre("a:3", "a:2", "a:1"));
  request.set_count(2);
  std::string next;
  EXPECT_THAT(List(request, &next), ElementsAre("a:3", "a:2"));
  ASSERT_THAT(next, ::testing::StartsWith("/models?$skipToken="));
  // Nothing in such a token needs an escape but `=`, `+` and `/`.
  std::string token = next.substr(next.find('=') + 1);
  for (const auto& [escape, text] : Tags{{"%3D", "="}, {"%2B", "+"}, {"%2F", "/"}}) {
    for (size_t at; (at = token.find(escape)) != token.npos;) token.replace(at, 3, text);
  }
  request.set_skip_token(token);
  EXPECT_THAT(List(request, &next), ElementsAre("a:1"));
  EXPECT_EQ(next, "");
  request.set_name("nope");
  request.clear_skip_token();
  EXPECT_THAT(List(request), IsEmpty());
  request.set_count(0);
  EXPECT_THAT(managed_.List(call_, request), StatusIs(kInvalidArgument));
}

TEST_P(ManagedModelsTest, ListsByWhatAModelIs) {
  auto request = NewManaged("m");
  (*request.mutable_kv_tags())["k"] = "1";
  (*request.mutable_properties())["p"] = "1";
  MakeManaged(request);
  clock_.Advance(absl::Seconds(1));
  (*request.mutable_kv_tags())["k"] = "2";
  (*request.mutable_properties())["p"] = "2";
  request.set_framework("ScikitLearn");
  MakeManaged(request);
  clock_.Advance(absl::Seconds(1));
  auto other = NewManaged("m");
  other.set_run_id("r");
  MakeManaged(other);
  MakeManaged(NewManaged("n"));

  v1::ListManagedModelsRequest list;
  list.set_tags("k");
  EXPECT_THAT(List(list), ElementsAre("m:2", "m:1"));
  list.set_tags("k=1,");
  EXPECT_THAT(List(list), ElementsAre("m:1"));
  list.set_tags("k=1,x");
  EXPECT_THAT(List(list), IsEmpty());
  list.Clear();
  list.set_properties("p");
  list.set_count(1);
  EXPECT_THAT(List(list), ElementsAre("m:2"));
  list.set_properties("p=1");
  EXPECT_THAT(List(list), ElementsAre("m:1"));
  list.Clear();
  list.set_framework("ScikitLearn");
  EXPECT_THAT(List(list), ElementsAre("m:2"));
  list.Clear();
  list.set_run_id("r");
  EXPECT_THAT(List(list), ElementsAre("m:3"));
  list.Clear();
  list.set_latest_version_only(true);
  EXPECT_THAT(List(list), UnorderedElementsAre("m:3", "n:1"));
}

TEST_P(ManagedModelsTest, APatchChangesTagsAndDescriptionAndAddsProperties) {
  auto request = NewManaged("m");
  (*request.mutable_kv_tags())["old"] = "1";
  (*request.mutable_properties())["p"] = "1";
  MakeManaged(request);
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto changed,
                               Change("m:1", "replace", "/kvTags", {{"a", "1"}, {"b", "2"}}));
  EXPECT_THAT(changed.kv_tags(), UnorderedElementsAre(Pair("a", "1"), Pair("b", "2")));
  ROOKERY_ASSERT_OK(Change("m:1", "add", "/properties", {{"p", "2"}, {"q", "3"}}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, Get(call_, "m:1"));
  EXPECT_THAT(found.properties(), UnorderedElementsAre(Pair("p", "1"), Pair("q", "3")));
  EXPECT_THAT(AsTags(Version("m", "1")->tags()), ElementsAre(Pair("a", "1"), Pair("b", "2")));

  v1::UpdateManagedModelRequest describe;
  describe.set_id("m:1");
  auto* change = describe.add_changes();
  change->set_op("replace");
  change->set_path("/description");
  change->mutable_value()->set_string_value("new");
  EXPECT_EQ(managed_.Update(call_, describe)->model().description(), "new");
  EXPECT_EQ(Version("m", "1")->description(), "new");
  ROOKERY_ASSERT_OK(Change("m:1", "remove", "/kvTags", {}));
  EXPECT_THAT(Get(call_, "m:1")->kv_tags(), IsEmpty());
}

TEST_P(ManagedModelsTest, AVersionOfMlflowsTakesProperties) {
  MakeModel("m");
  MakeVersion("m");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto changed,
                               Change("m:1", "add", "/properties", {{"p", "1"}}));
  EXPECT_THAT(changed.properties(), ElementsAre(Pair("p", "1")));
  EXPECT_EQ(changed.url(), "s3://bucket/model");
}

TEST_P(ManagedModelsTest, PatchesOfSomethingElseAreRefused) {
  MakeManaged(NewManaged("m"));
  EXPECT_THAT(Change("m:1", "replace", "/name", {}), StatusIs(kInvalidArgument));
  EXPECT_THAT(Change("m:1", "test", "/kvTags", {}), StatusIs(kInvalidArgument));
  EXPECT_THAT(Change("m:1", "remove", "/properties", {}), StatusIs(kInvalidArgument));
  EXPECT_THAT(Change("m:1", "replace", "/description", {{"a", "1"}}), StatusIs(kInvalidArgument));
  EXPECT_THAT(Change("m:1", "replace", "/kvTags", {{"k#", "1"}}), StatusIs(kInvalidArgument));
}

TEST_P(ManagedModelsTest, ADeletedModelIsGoneForMlflowToo) {
  MakeManaged(NewManaged("m"));
  ROOKERY_EXPECT_OK(Delete("m:1"));
  EXPECT_THAT(Version("m", "1"), StatusIs(kNotFound));
  EXPECT_THAT(Delete("m:1"), StatusIs(kNotFound));
  EXPECT_EQ(MakeManaged(NewManaged("m")).id(), "m:2");
}

TEST_P(ManagedModelsTest, PromptsAreNoModels) {
  MakeModel("p", {{"mlflow.prompt.is_prompt", "true"}});
  MakeVersion("p", "dummy-source", {{"mlflow.prompt.is_prompt", "true"}});
  EXPECT_THAT(List({}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, ManagedModelsTest,
                         ::testing::ValuesIn(rookery::testing::AllTestDatabases()),
                         rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
