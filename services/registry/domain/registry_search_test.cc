#include "services/registry/domain/registry_search.h"

#include <gmock/gmock.h>

#include <optional>

#include "services/registry/testing/registry_test.h"

namespace rookery::registry {
namespace {

using namespace testing;  // NOLINT: the words of registry_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using enum absl::StatusCode;

using Texts = std::vector<std::string>;

Tags Prompt() { return {{"mlflow.prompt.is_prompt", "true"}}; }

class RegistrySearchTest : public RegistryTest {
 protected:
  static v1::SearchRegisteredModelsRequest Models(const std::string& filter,
                                                  const Texts& order_by = {}) {
    v1::SearchRegisteredModelsRequest request;
    request.set_filter(filter);
    request.mutable_order_by()->Assign(order_by.begin(), order_by.end());
    return request;
  }
  static v1::SearchModelVersionsRequest Versions(const std::string& filter,
                                                 const Texts& order_by = {}) {
    v1::SearchModelVersionsRequest request;
    request.set_filter(filter);
    request.mutable_order_by()->Assign(order_by.begin(), order_by.end());
    return request;
  }
  Texts Names(const v1::SearchRegisteredModelsRequest& request) {
    const auto response = search_.Models(call_, request);
    EXPECT_THAT(response, rookery::testing::IsOk());
    Texts names;
    for (const auto& model : response->registered_models()) names.push_back(model.name());
    return names;
  }
  Texts Names(const std::string& filter) { return Names(Models(filter)); }
  // `name/number` of each.
  static Texts Labels(const v1::SearchModelVersionsResponse& response) {
    Texts labels;
    for (const auto& version : response.model_versions()) {
      labels.push_back(version.name() + "/" + version.version());
    }
    return labels;
  }
  Texts Found(const std::string& filter, const Texts& order_by = {"name", "version_number"}) {
    const auto response = search_.Versions(call_, Versions(filter, order_by));
    EXPECT_THAT(response, rookery::testing::IsOk());
    return Labels(*response);
  }
  void Later() { clock_.Advance(absl::Seconds(1)); }
};

TEST_P(RegistrySearchTest, ModelsAreFoundByNameAndTags) {
  MakeModel("a", {{"team", "x"}, {"two words", "it's"}});
  MakeModel("b", {{"team", "X"}});
  MakeModel("B");
  EXPECT_THAT(Names(""), ElementsAre("B", "a", "b"));
  EXPECT_THAT(Names("name = 'a'"), ElementsAre("a"));
  EXPECT_THAT(Names("name != 'a'"), ElementsAre("B", "b"));
  EXPECT_THAT(Names("name LIKE 'b%'"), ElementsAre("b"));
  EXPECT_THAT(Names("name ILIKE 'b%'"), ElementsAre("B", "b"));
  EXPECT_THAT(Names("name IN ('a', 'B', 'z')"), ElementsAre("B", "a"));
  EXPECT_THAT(Names("name NOT IN ('a')"), ElementsAre("B", "b"));
  EXPECT_THAT(Names("tags.team = 'x'"), ElementsAre("a"));
  EXPECT_THAT(Names("tags.team != 'x'"), ElementsAre("b"));
  EXPECT_THAT(Names("tag.team ILIKE 'x' AND name = 'b'"), ElementsAre("b"));
  EXPECT_THAT(Names("tags.`two words` = \"it's\""), ElementsAre("a"));
  EXPECT_THAT(Names("tags.team = 'x' AND tags.team = 'X'"), IsEmpty());
}

TEST_P(RegistrySearchTest, AModelComesWithAllThatGetAnswers) {
  MakeModel("m", {{"t", "1"}, {"u", "2"}});
  MakeVersion("m", "s3://b/1", {{"vt", "1"}});
  MakeVersion("m", "s3://b/2");
  ROOKERY_ASSERT_OK(Move("m", "1", "Production"));
  ROOKERY_ASSERT_OK(SetAlias("m", "champion", "2"));
  MakeModel("other");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, search_.Models(call_, Models("")));
  ASSERT_EQ(found.registered_models_size(), 2);
  EXPECT_EQ(found.registered_models(0).SerializeAsString(), Model("m")->SerializeAsString());
  EXPECT_EQ(found.registered_models(0).latest_versions_size(), 2);
  EXPECT_EQ(found.registered_models(1).SerializeAsString(), Model("other")->SerializeAsString());
}

TEST_P(RegistrySearchTest, ModelsAreOrderedByNameOrUpdate) {
  for (const auto& name : {"b", "a", "c"}) {
    MakeModel(name);
    Later();
  }
  MakeVersion("b");
  EXPECT_THAT(Names(Models("", {"name DESC"})), ElementsAre("c", "b", "a"));
  EXPECT_THAT(Names(Models("", {"timestamp"})), ElementsAre("a", "c", "b"));
  EXPECT_THAT(Names(Models("", {"last_updated_timestamp DESC"})), ElementsAre("b", "c", "a"));
  EXPECT_THAT(search_.Models(call_, Models("", {"name", "name DESC"})),
              StatusIs(kInvalidArgument, HasSubstr("duplicate fields")));
  EXPECT_THAT(search_.Models(call_, Models("", {"creation_timestamp"})),
              StatusIs(kInvalidArgument));
}

TEST_P(RegistrySearchTest, PromptsAreFoundOnlyByWhoAsksForThem) {
  MakeModel("model");
  MakeModel("prompt", Prompt());
  MakeVersion("model");
  ROOKERY_ASSERT_OK(versions_.Create(call_, NewVersion("prompt", "prompt-template", Prompt())));
  const std::string tag = "tags.`mlflow.prompt.is_prompt` ";
  for (const std::string& filter :
       {std::string(), tag + "= 'false'", tag + "!= 'true'", tag + "LIKE 'tr%'",
        std::string("name IN ('model', 'prompt')")}) {
    EXPECT_THAT(Names(filter), ElementsAre("model")) << filter;
    EXPECT_THAT(Found(filter), ElementsAre("model/1")) << filter;
  }
  for (const std::string& filter : {tag + "= 'true'", tag + "!= 'false'"}) {
    EXPECT_THAT(Names(filter), ElementsAre("prompt")) << filter;
    EXPECT_THAT(Found(filter), ElementsAre("prompt/1")) << filter;
  }
}

TEST_P(RegistrySearchTest, ModelPagesNeitherRepeatNorSkipWhenModelsComeBetween) {
  for (const auto& name : {"a", "c", "e", "g"}) MakeModel(name);
  auto request = Models("name != 'c'");
  request.set_max_results(2);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto first, search_.Models(call_, request));
  EXPECT_EQ(first.registered_models(1).name(), "e");
  MakeModel("b");
  MakeModel("f");
  request.set_page_token(first.next_page_token());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto second, search_.Models(call_, request));
  ASSERT_EQ(second.registered_models_size(), 2);
  EXPECT_EQ(second.registered_models(0).name(), "f");
  EXPECT_EQ(second.registered_models(1).name(), "g");
  EXPECT_FALSE(second.has_next_page_token());
}

TEST_P(RegistrySearchTest, ModelLimitsAndTokensAreChecked) {
  MakeModel("a");
  auto request = Models("");
  request.set_max_results(0);
  EXPECT_THAT(Names(request), IsEmpty());
  request.set_max_results(1001);
  EXPECT_THAT(search_.Models(call_, request),
              StatusIs(kInvalidArgument,
                       "Invalid value for request parameter max_results. It must be at most 1000, "
                       "but got value 1001"));
  request.set_max_results(-1);
  EXPECT_THAT(search_.Models(call_, request), StatusIs(kInvalidArgument));
  request = Models("");
  request.set_page_token("garbage");
  EXPECT_THAT(search_.Models(call_, request),
              StatusIs(kInvalidArgument, "Invalid page token, could not base64-decode"));
  request.set_page_token("Z2FyYmFnZQ==");
  EXPECT_THAT(search_.Models(call_, request),
              StatusIs(kInvalidArgument, "Invalid page token, decoded value=b'garbage'"));
}

TEST_P(RegistrySearchTest, WhatTheLanguageDoesNotHaveIsRefused) {
  for (const auto& filter : {"nope = 'x'", "params.p = 'x'", "name > 'a'", "name = 5",
                             "name IS NULL", "tags.k IN ('a')", "name = 'a' OR name = 'b'", " "}) {
    EXPECT_THAT(search_.Models(call_, Models(filter)), StatusIs(kInvalidArgument)) << filter;
    EXPECT_THAT(search_.Versions(call_, Versions(filter)), StatusIs(kInvalidArgument)) << filter;
  }
  for (const auto& filter : {"version_number = 1.5", "version_number = 'x'",
                             "version_number LIKE '1'", "source_path IN ('a')", "run_id > 'a'"}) {
    EXPECT_THAT(search_.Versions(call_, Versions(filter)), StatusIs(kInvalidArgument)) << filter;
  }
}

TEST_P(RegistrySearchTest, VersionsAreFoundByWhatTheyHave) {
  MakeModel("a");
  MakeModel("b");
  MakeVersion("a", "s3://x/1", {{"k", "v"}});
  MakeVersion("a", "s3://y/2");
  auto with_run = NewVersion("b", "s3://x/3", {{"k", "w"}});
  with_run.set_run_id("r1");
  ROOKERY_ASSERT_OK(versions_.Create(call_, with_run));
  EXPECT_THAT(Found(""), ElementsAre("a/1", "a/2", "b/1"));
  EXPECT_THAT(Found("name = 'a'"), ElementsAre("a/1", "a/2"));
  EXPECT_THAT(Found("name IN ('b')"), ElementsAre("b/1"));
  EXPECT_THAT(Found("run_id = 'r1'"), ElementsAre("b/1"));
  EXPECT_THAT(Found("run_id IN ('r1', 'r2')"), ElementsAre("b/1"));
  EXPECT_THAT(Found("run_id = ''"), ElementsAre("a/1", "a/2"));
  EXPECT_THAT(Found("source_path LIKE 's3://x/%'"), ElementsAre("a/1", "b/1"));
  EXPECT_THAT(Found("version_number = 2"), ElementsAre("a/2"));
  EXPECT_THAT(Found("version_number >= '2'"), ElementsAre("a/2"));
  EXPECT_THAT(Found("tags.k != 'v'"), ElementsAre("b/1"));
  EXPECT_THAT(Found("name = 'a' AND tags.k = 'v'"), ElementsAre("a/1"));
}

TEST_P(RegistrySearchTest, VersionsComeWithTheirTagsAndWithoutAliases) {
  MakeModel("a");
  MakeModel("b");
  MakeVersion("a", "s3://x/1", {{"k", "a1"}, {"l", "2"}});
  MakeVersion("b", "s3://x/1");
  MakeVersion("b", "s3://x/2", {{"k", "b2"}});
  ROOKERY_ASSERT_OK(SetAlias("a", "champion", "1"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto found,
      search_.Versions(call_, Versions("version_number > 0", {"name", "version_number"})));
  ASSERT_EQ(found.model_versions_size(), 3);
  EXPECT_THAT(AsTags(found.model_versions(0).tags()), ElementsAre(Pair("k", "a1"), Pair("l", "2")));
  EXPECT_THAT(AsTags(found.model_versions(1).tags()), IsEmpty());
  EXPECT_THAT(AsTags(found.model_versions(2).tags()), ElementsAre(Pair("k", "b2")));
  v1::ModelVersion expected = *Version("a", "1");
  expected.clear_aliases();
  EXPECT_EQ(found.model_versions(0).SerializeAsString(), expected.SerializeAsString());
}

TEST_P(RegistrySearchTest, VersionsAreOrderedByUpdateThenNameThenNumber) {
  MakeModel("b");
  MakeModel("a");
  MakeVersion("b");
  MakeVersion("a");
  MakeVersion("a");
  EXPECT_THAT(Found("", {}), ElementsAre("a/2", "a/1", "b/1"));
  Later();
  ROOKERY_ASSERT_OK(Move("b", "1", "Staging"));
  EXPECT_THAT(Found("", {}), ElementsAre("b/1", "a/2", "a/1"));
  EXPECT_THAT(Found("", {"name DESC"}), ElementsAre("b/1", "a/2", "a/1"));
  EXPECT_THAT(Found("", {"version_number"}), ElementsAre("a/1", "b/1", "a/2"));
  EXPECT_THAT(Found("", {"creation_timestamp", "version_number"}),
              ElementsAre("a/1", "b/1", "a/2"));
}

TEST_P(RegistrySearchTest, VersionPagesNeitherRepeatNorSkipWhenVersionsComeBetween) {
  MakeModel("a");
  for (int i = 0; i < 5; ++i) MakeVersion("a");
  auto request = Versions("");
  request.set_max_results(2);
  Texts read;
  do {
    ROOKERY_ASSERT_OK_AND_ASSIGN(const auto page, search_.Versions(call_, request));
    const Texts labels = Labels(page);
    read.insert(read.end(), labels.begin(), labels.end());
    Later();
    MakeVersion("a");
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && read.size() < 10);
  EXPECT_THAT(read, ElementsAre("a/5", "a/4", "a/3", "a/2", "a/1"));
  request.mutable_order_by()->Add("name");
  request.set_page_token(search_.Versions(call_, Versions(""))->next_page_token());
  request.set_max_results(0);
  EXPECT_THAT(search_.Versions(call_, request),
              StatusIs(kInvalidArgument,
                       "Invalid value for max_results. It must be a positive integer, but got 0"));
}

TEST_P(RegistrySearchTest, DeletedVersionsAndOtherWorkspacesAreNotFound) {
  MakeModel("a");
  MakeVersion("a", "s3://b/x", {{"k", "v"}});
  MakeVersion("a", "s3://b/x", {{"k", "v"}});
  ROOKERY_ASSERT_OK(DeleteVersion("a", "1"));
  EXPECT_THAT(Found("tags.k = 'v'"), ElementsAre("a/2"));
  ROOKERY_ASSERT_OK(models_.Create(other_call_, NewModel("a")));
  EXPECT_EQ(search_.Models(other_call_, Models(""))->registered_models_size(), 1);
  EXPECT_EQ(search_.Models(other_call_, Models(""))->registered_models(0).latest_versions_size(),
            0);
  EXPECT_THAT(Labels(*search_.Versions(other_call_, Versions(""))), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, RegistrySearchTest,
                         ::testing::ValuesIn(::rookery::testing::AllTestDatabasesAndCollations()),
                         ::rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
