#include "services/registry/domain/registered_models.h"

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
using enum absl::StatusCode;

class RegisteredModelsTest : public RegistryTest {
 protected:
  StatusOr<v1::RegisteredModel> Rename(const std::string& name, const std::string& new_name) {
    auto request = Named<v1::RenameRegisteredModelRequest>(name);
    request.set_new_name(new_name);
    ASSIGN_OR_RETURN(auto response, models_.Rename(call_, request));
    return response.registered_model();
  }
  Status Update(const std::string& name) {
    return models_.Update(call_, Named<v1::UpdateRegisteredModelRequest>(name)).status();
  }
  Status Delete(const std::string& name) {
    return models_.Delete(call_, Named<v1::DeleteRegisteredModelRequest>(name)).status();
  }
  Status SetTag(const CallContext& call, const std::string& name, const std::string& key,
                const std::string& value) {
    auto request = Named<v1::SetRegisteredModelTagRequest>(name);
    request.set_key(key);
    request.set_value(value);
    return models_.SetTag(call, request).status();
  }
  Status DeleteTag(const CallContext& call, const std::string& name, const std::string& key) {
    auto request = Named<v1::DeleteRegisteredModelTagRequest>(name);
    request.set_key(key);
    return models_.DeleteTag(call, request).status();
  }
  // "version:stage" of each.
  StatusOr<std::vector<std::string>> Latest(const std::string& name,
                                            const std::vector<std::string>& stages = {}) {
    auto request = Named<v1::GetLatestVersionsRequest>(name);
    for (const auto& stage : stages) request.add_stages(stage);
    ASSIGN_OR_RETURN(const auto response, models_.GetLatestVersions(call_, request));
    std::vector<std::string> found;
    for (const auto& version : response.model_versions()) {
      found.push_back(version.version() + ":" + version.current_stage());
    }
    return found;
  }
};

TEST_P(RegisteredModelsTest, ANewModelHasTheFieldsThatMlflowAnswersAndNoMore) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, models_.Create(call_, NewModel("m")));
  v1::RegisteredModel expected;
  expected.set_name("m");
  expected.set_creation_timestamp(clock_.NowMs());
  expected.set_last_updated_timestamp(clock_.NowMs());
  EXPECT_EQ(made.registered_model().DebugString(), expected.DebugString());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, Model("m"));
  EXPECT_EQ(found.DebugString(), expected.DebugString());
}

TEST_P(RegisteredModelsTest, CreateKeepsDescriptionAndTagsOfWhichTheLastOfAKeyCounts) {
  auto request = NewModel("m", {{"k", "1"}, {"a", "2"}, {"k", "3"}});
  request.set_description("d");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, models_.Create(call_, request));
  EXPECT_EQ(made.registered_model().description(), "d");
  EXPECT_THAT(AsTags(made.registered_model().tags()), ElementsAre(Pair("a", "2"), Pair("k", "3")));
}

TEST_P(RegisteredModelsTest, CreateRefusesANameThatIsTakenAndSaysByWhat) {
  const Tags prompt = {{"mlflow.prompt.is_prompt", "True"}};
  MakeModel("m");
  MakeModel("p", prompt);
  EXPECT_THAT(models_.Create(call_, NewModel("m")),
              StatusIs(kAlreadyExists, "Registered Model (name=m) already exists."));
  EXPECT_THAT(models_.Create(call_, NewModel("p", prompt)),
              StatusIs(kAlreadyExists, "Prompt (name=p) already exists."));
  EXPECT_THAT(models_.Create(call_, NewModel("p")),
              StatusIs(kAlreadyExists, HasSubstr("already taken by a prompt")));
  EXPECT_THAT(models_.Create(call_, NewModel("m", prompt)),
              StatusIs(kAlreadyExists, HasSubstr("already taken by a registered model")));
}

TEST_P(RegisteredModelsTest, NamesThatDifferByCaseAreTwoModels) {
  MakeModel("m");
  MakeModel("M");
  EXPECT_EQ(Model("m")->name(), "m");
}

TEST_P(RegisteredModelsTest, ARetryOfCreateReturnsTheFirstAnswerFor24Hours) {
  auto request = NewModel("m");
  request.set_request_id("r");
  const int64_t made_ms = clock_.NowMs();
  ROOKERY_ASSERT_OK(models_.Create(call_, request));
  clock_.Advance(absl::Hours(23));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto again, models_.Create(call_, request));
  EXPECT_EQ(again.registered_model().creation_timestamp(), made_ms);
  clock_.Advance(absl::Hours(2));
  EXPECT_THAT(models_.Create(call_, request), StatusIs(kAlreadyExists));
}

TEST_P(RegisteredModelsTest, ARetryOfCreateFindsTheModelUnderItsNewName) {
  auto request = NewModel("m");
  request.set_request_id("r");
  ROOKERY_ASSERT_OK(models_.Create(call_, request));
  ROOKERY_ASSERT_OK(Rename("m", "n"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto again, models_.Create(call_, request));
  EXPECT_EQ(again.registered_model().name(), "n");
}

TEST_P(RegisteredModelsTest, UnknownModelsAreNotFound) {
  const auto not_found = StatusIs(kNotFound, "Registered Model with name=nope not found");
  EXPECT_THAT(Model("nope"), not_found);
  EXPECT_THAT(Update("nope"), not_found);
  EXPECT_THAT(Delete("nope"), not_found);
  EXPECT_THAT(Rename("nope", "n"), not_found);
  EXPECT_THAT(Latest("nope", {"no stage"}), not_found);
  EXPECT_THAT(SetTag(call_, "nope", "k", "v"), not_found);
  EXPECT_THAT(DeleteTag(call_, "nope", "k"), not_found);
}

TEST_P(RegisteredModelsTest, NamesThatNoModelMayHaveAreRefusedEverywhere) {
  const auto refused = StatusIs(kInvalidArgument, HasSubstr("Names cannot contain '/' or ':'"));
  EXPECT_THAT(models_.Create(call_, NewModel("a/b")), refused);
  EXPECT_THAT(Model("a/b"), refused);
  EXPECT_THAT(Update("a/b"), refused);
  EXPECT_THAT(Delete("a/b"), refused);
  EXPECT_THAT(Rename("m", "a/b"), refused);
  EXPECT_THAT(Rename("a/b", "m"), refused);
  EXPECT_THAT(Latest("a/b"), refused);
  EXPECT_THAT(SetTag(call_, "a/b", "k", "v"), refused);
  EXPECT_THAT(DeleteTag(call_, "a/b", "k"), refused);
}

TEST_P(RegisteredModelsTest, UpdateSetsTheDescriptionAndWithoutOneClearsIt) {
  MakeModel("m");
  clock_.Advance(absl::Seconds(1));
  auto request = Named<v1::UpdateRegisteredModelRequest>("m");
  request.set_description("d");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto set, models_.Update(call_, request));
  EXPECT_EQ(set.registered_model().description(), "d");
  EXPECT_EQ(set.registered_model().last_updated_timestamp(), clock_.NowMs());
  EXPECT_EQ(set.registered_model().creation_timestamp(), clock_.NowMs() - 1000);
  request.clear_description();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto cleared, models_.Update(call_, request));
  EXPECT_FALSE(cleared.registered_model().has_description());
}

TEST_P(RegisteredModelsTest, RenameTakesVersionsTagsAndAliasesAlong) {
  MakeModel("m", {{"k", "v"}});
  MakeVersion("m", "s3://b/1", {{"vk", "vv"}});
  ROOKERY_ASSERT_OK(SetAlias("m", "champion", "1"));
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto renamed, Rename("m", "n"));
  EXPECT_EQ(renamed.name(), "n");
  EXPECT_EQ(renamed.last_updated_timestamp(), clock_.NowMs());
  EXPECT_THAT(AsTags(renamed.tags()), ElementsAre(Pair("k", "v")));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, ByAlias("n", "champion"));
  EXPECT_EQ(version.name(), "n");
  EXPECT_EQ(version.last_updated_timestamp(), clock_.NowMs());
  EXPECT_THAT(AsTags(version.tags()), ElementsAre(Pair("vk", "vv")));
  EXPECT_THAT(Model("m"), StatusIs(kNotFound));
  EXPECT_EQ(MakeVersion("n"), "2");
}

TEST_P(RegisteredModelsTest, RenameToATakenOrBlankNameChangesNothing) {
  MakeModel("m");
  MakeModel("n");
  EXPECT_THAT(
      Rename("m", "n"),
      StatusIs(kAlreadyExists, HasSubstr("Registered Model (name=n) already exists. Error: ")));
  EXPECT_THAT(Rename("m", " "),
              StatusIs(kInvalidArgument, "Missing value for required parameter 'new_name'."));
  EXPECT_EQ(Model("m")->name(), "m");
}

TEST_P(RegisteredModelsTest, RenameToItsOwnNameIsFine) {
  MakeModel("m");
  EXPECT_EQ(Rename("m", "m")->name(), "m");
}

TEST_P(RegisteredModelsTest, DeleteTakesAllAlongAndANewModelOfTheNameBeginsAtOne) {
  MakeModel("m", {{"k", "v"}});
  MakeVersion("m");
  MakeVersion("m");
  ROOKERY_ASSERT_OK(SetAlias("m", "a", "1"));
  ROOKERY_ASSERT_OK(Delete("m"));
  EXPECT_THAT(Model("m"), StatusIs(kNotFound));
  EXPECT_THAT(Version("m", "1"), StatusIs(kNotFound));
  MakeModel("m");
  EXPECT_EQ(MakeVersion("m"), "1");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, Model("m"));
  EXPECT_THAT(model.tags(), IsEmpty());
  EXPECT_THAT(model.aliases(), IsEmpty());
}

TEST_P(RegisteredModelsTest, LatestVersionsAreTheNewestOfEachStageInTheOrderOfFirstOccurrence) {
  MakeModel("m");
  for (int i = 0; i < 5; ++i) MakeVersion("m");
  EXPECT_THAT(*Latest("m"), ElementsAre("5:None"));
  ROOKERY_ASSERT_OK(Move("m", "2", "Staging"));
  ROOKERY_ASSERT_OK(Move("m", "3", "Production"));
  ROOKERY_ASSERT_OK(Move("m", "4", "Production"));
  EXPECT_THAT(*Latest("m"), ElementsAre("5:None", "2:Staging", "4:Production"));
  EXPECT_THAT(*Latest("m", {"PRODUCTION", "staging"}), ElementsAre("2:Staging", "4:Production"));
  EXPECT_THAT(*Latest("m", {"Archived"}), IsEmpty());
  EXPECT_THAT(Latest("m", {"foo"}),
              StatusIs(kInvalidArgument,
                       "Invalid Model Version stage: foo. Value must be one of None, Staging, "
                       "Production, Archived."));
}

TEST_P(RegisteredModelsTest, LatestVersionsCarryAliasesButWithinAModelTheyDoNot) {
  MakeModel("m");
  MakeVersion("m", "s3://b/1", {{"k", "v"}});
  ROOKERY_ASSERT_OK(SetAlias("m", "b", "1"));
  ROOKERY_ASSERT_OK(SetAlias("m", "a", "1"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const auto latest,
      models_.GetLatestVersions(call_, Named<v1::GetLatestVersionsRequest>("m")));
  EXPECT_THAT(latest.model_versions(0).aliases(), ElementsAre("a", "b"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, Model("m"));
  EXPECT_THAT(model.latest_versions(0).aliases(), IsEmpty());
  EXPECT_THAT(AsTags(model.latest_versions(0).tags()), ElementsAre(Pair("k", "v")));
  ASSERT_EQ(model.aliases_size(), 2);
  EXPECT_EQ(model.aliases(0).alias(), "a");
  EXPECT_EQ(model.aliases(0).version(), "1");
}

TEST_P(RegisteredModelsTest, TagsAreOverwrittenAndDeletedWithoutMovingTheTimestamp) {
  MakeModel("m");
  const int64_t made_ms = clock_.NowMs();
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(SetTag(call_, "m", "k", "1"));
  ROOKERY_ASSERT_OK(SetTag(call_, "m", "k", "2"));
  ROOKERY_ASSERT_OK(SetTag(call_, "m", "gone", ""));
  ROOKERY_ASSERT_OK(DeleteTag(call_, "m", "gone"));
  ROOKERY_EXPECT_OK(DeleteTag(call_, "m", "never there"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, Model("m"));
  EXPECT_THAT(AsTags(model.tags()), ElementsAre(Pair("k", "2")));
  EXPECT_EQ(model.last_updated_timestamp(), made_ms);
  EXPECT_THAT(SetTag(call_, "m", "k#", "v"), StatusIs(kInvalidArgument));
  EXPECT_THAT(DeleteTag(call_, "m", "k#"), StatusIs(kInvalidArgument));
}

TEST_P(RegisteredModelsTest, TwoWorkspacesNeverMeet) {
  MakeModel("m");
  MakeVersion("m");
  const auto not_found = StatusIs(kNotFound);
  auto rename = Named<v1::RenameRegisteredModelRequest>("m");
  rename.set_new_name("n");
  EXPECT_THAT(models_.Get(other_call_, Named<v1::GetRegisteredModelRequest>("m")), not_found);
  EXPECT_THAT(models_.Update(other_call_, Named<v1::UpdateRegisteredModelRequest>("m")), not_found);
  EXPECT_THAT(models_.Delete(other_call_, Named<v1::DeleteRegisteredModelRequest>("m")), not_found);
  EXPECT_THAT(models_.Rename(other_call_, rename), not_found);
  EXPECT_THAT(models_.GetLatestVersions(other_call_, Named<v1::GetLatestVersionsRequest>("m")),
              not_found);
  EXPECT_THAT(SetTag(other_call_, "m", "k", "v"), not_found);
  EXPECT_THAT(DeleteTag(other_call_, "m", "k"), not_found);

  ROOKERY_ASSERT_OK(models_.Create(other_call_, NewModel("m")));
  ROOKERY_ASSERT_OK(SetTag(other_call_, "m", "k", "theirs"));
  ROOKERY_ASSERT_OK(models_.Delete(other_call_, Named<v1::DeleteRegisteredModelRequest>("m")));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto ours, Model("m"));
  EXPECT_THAT(ours.tags(), IsEmpty());
  EXPECT_EQ(ours.latest_versions_size(), 1);
}

TEST_P(RegisteredModelsTest, ARequestIdOfAnotherWorkspaceIsAnotherRequest) {
  auto request = NewModel("m");
  request.set_request_id("r");
  ROOKERY_ASSERT_OK(models_.Create(call_, request));
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto theirs, models_.Create(other_call_, request));
  EXPECT_EQ(theirs.registered_model().creation_timestamp(), clock_.NowMs());
}

INSTANTIATE_TEST_SUITE_P(All, RegisteredModelsTest,
                         ::testing::ValuesIn(::rookery::testing::AllTestDatabases()),
                         ::rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
