#include "services/registry/domain/model_versions.h"

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
using enum absl::StatusCode;

class ModelVersionsTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    MakeModel("m");
  }
  Status Update(const CallContext& call, const std::string& name, const std::string& version) {
    return versions_.Update(call, Named<v1::UpdateModelVersionRequest>(name, version)).status();
  }
  Status SetTag(const CallContext& call, const std::string& name, const std::string& version,
                const std::string& key, const std::string& value) {
    auto request = Named<v1::SetModelVersionTagRequest>(name, version);
    request.set_key(key);
    request.set_value(value);
    return versions_.SetTag(call, request).status();
  }
  Status DeleteTag(const CallContext& call, const std::string& name, const std::string& version,
                   const std::string& key) {
    auto request = Named<v1::DeleteModelVersionTagRequest>(name, version);
    request.set_key(key);
    return versions_.DeleteTag(call, request).status();
  }
};

TEST_P(ModelVersionsTest, ANewVersionHasTheFieldsThatMlflowAnswersAndNoMore) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made,
                               versions_.Create(call_, NewVersion("m", "s3://b/p")));
  v1::ModelVersion expected;
  expected.set_name("m");
  expected.set_version("1");
  expected.set_creation_timestamp(clock_.NowMs());
  expected.set_last_updated_timestamp(clock_.NowMs());
  expected.set_current_stage("None");
  expected.set_description("");
  expected.set_source("s3://b/p");
  expected.set_run_id("");
  expected.set_run_link("");
  expected.set_status(v1::READY);
  EXPECT_EQ(made.model_version().DebugString(), expected.DebugString());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, Version("m", "1"));
  EXPECT_EQ(found.DebugString(), expected.DebugString());
}

TEST_P(ModelVersionsTest, CreateKeepsAllThatTheCreatorSays) {
  auto request = NewVersion("m", "s3://b/p", {{"z", "1"}, {"a", "2"}});
  request.set_run_id("r");
  request.set_run_link("http://link");
  request.set_description("d");
  ROOKERY_ASSERT_OK(versions_.Create(call_, request));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, Version("m", "01"));
  EXPECT_EQ(version.run_id(), "r");
  EXPECT_EQ(version.run_link(), "http://link");
  EXPECT_EQ(version.description(), "d");
  EXPECT_THAT(AsTags(version.tags()), ElementsAre(Pair("a", "2"), Pair("z", "1")));
}

TEST_P(ModelVersionsTest, ANewVersionMovesTheModelsTimestamp) {
  clock_.Advance(absl::Seconds(1));
  MakeVersion("m");
  EXPECT_EQ(Model("m")->last_updated_timestamp(), clock_.NowMs());
}

TEST_P(ModelVersionsTest, CreateWantsAModelThatExistsAndChecksItsInputFirst) {
  EXPECT_THAT(versions_.Create(call_, NewVersion("nope")),
              StatusIs(kNotFound, "Registered Model with name=nope not found"));
  EXPECT_THAT(versions_.Create(call_, NewVersion("nope", "/etc/passwd")),
              StatusIs(kInvalidArgument, HasSubstr("Invalid model version source: '/etc/passwd'")));
  EXPECT_THAT(versions_.Create(call_, NewVersion("m", "s3://b/p", {{"k#", "v"}})),
              StatusIs(kInvalidArgument));
  EXPECT_EQ(MakeVersion("m"), "1");
}

TEST_P(ModelVersionsTest, ARetryOfCreateReturnsTheFirstAnswerAndBurnsNoNumber) {
  auto request = NewVersion("m");
  request.set_request_id("r");
  ROOKERY_ASSERT_OK(versions_.Create(call_, request));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto again, versions_.Create(call_, request));
  EXPECT_EQ(again.model_version().version(), "1");
  EXPECT_EQ(MakeVersion("m"), "2");
}

TEST_P(ModelVersionsTest, ARetryAfterTheVersionWasDeletedMakesNoneAgain) {
  auto request = NewVersion("m");
  request.set_request_id("r");
  ROOKERY_ASSERT_OK(versions_.Create(call_, request));
  ROOKERY_ASSERT_OK(DeleteVersion("m", "1"));
  EXPECT_THAT(versions_.Create(call_, request), StatusIs(kNotFound));
}

TEST_P(ModelVersionsTest, NumbersOfDeletedVersionsAreNeverUsedAgain) {
  MakeVersion("m");
  MakeVersion("m");
  ROOKERY_ASSERT_OK(DeleteVersion("m", "2"));
  EXPECT_EQ(MakeVersion("m"), "3");
  ROOKERY_ASSERT_OK(DeleteVersion("m", "1"));
  ROOKERY_ASSERT_OK(DeleteVersion("m", "3"));
  EXPECT_EQ(MakeVersion("m"), "4");
}

TEST_P(ModelVersionsTest, UnknownVersionsAreNotFound) {
  for (const auto& [name, version] : Tags{{"m", "1"}, {"nope", "1"}, {"m", "-1"}}) {
    const auto not_found = StatusIs(
        kNotFound, fmt::format("Model Version (name={}, version={}) not found", name, version));
    EXPECT_THAT(Version(name, version), not_found);
    EXPECT_THAT(DownloadUri(name, version), not_found);
    EXPECT_THAT(Update(call_, name, version), not_found);
    EXPECT_THAT(Move(name, version, "Staging", true), not_found);
    EXPECT_THAT(DeleteVersion(name, version), not_found);
    EXPECT_THAT(SetTag(call_, name, version, "k", "v"), not_found);
    EXPECT_THAT(DeleteTag(call_, name, version, "k"), not_found);
  }
}

TEST_P(ModelVersionsTest, BadNamesAndNumbersAreRefusedEverywhere) {
  for (const auto& [name, version] : Tags{{"m", "x"}, {"a/b", "1"}}) {
    const auto refused = StatusIs(kInvalidArgument);
    EXPECT_THAT(Version(name, version), refused);
    EXPECT_THAT(DownloadUri(name, version), refused);
    EXPECT_THAT(Update(call_, name, version), refused);
    EXPECT_THAT(Move(name, version, "Staging"), refused);
    EXPECT_THAT(DeleteVersion(name, version), refused);
    EXPECT_THAT(SetTag(call_, name, version, "k", "v"), refused);
    EXPECT_THAT(DeleteTag(call_, name, version, "k"), refused);
  }
}

TEST_P(ModelVersionsTest, UpdateSetsTheDescriptionAndWithoutOneRemovesIt) {
  MakeVersion("m");
  const int64_t made_ms = clock_.NowMs();
  clock_.Advance(absl::Seconds(1));
  auto request = Named<v1::UpdateModelVersionRequest>("m", "1");
  request.set_description("d");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto set, versions_.Update(call_, request));
  EXPECT_EQ(set.model_version().description(), "d");
  EXPECT_EQ(set.model_version().last_updated_timestamp(), clock_.NowMs());
  EXPECT_EQ(Model("m")->last_updated_timestamp(), made_ms);
  request.clear_description();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto removed, versions_.Update(call_, request));
  EXPECT_FALSE(removed.model_version().has_description());
  request.set_description("");
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto empty, versions_.Update(call_, request));
  EXPECT_TRUE(empty.model_version().has_description());
}

TEST_P(ModelVersionsTest, AStageIsTakenInAnyCaseAndMovesBothTimestamps) {
  MakeVersion("m");
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(Move("m", "1", "sTaGiNg"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, Version("m", "1"));
  EXPECT_EQ(version.current_stage(), "Staging");
  EXPECT_EQ(version.last_updated_timestamp(), clock_.NowMs());
  EXPECT_EQ(Model("m")->last_updated_timestamp(), clock_.NowMs());
}

TEST_P(ModelVersionsTest, ArchivingMovesTheOtherVersionsOfTheStageAlone) {
  for (int i = 0; i < 4; ++i) MakeVersion("m");
  const int64_t made_ms = clock_.NowMs();
  ROOKERY_ASSERT_OK(Move("m", "1", "Production"));
  ROOKERY_ASSERT_OK(Move("m", "2", "Production"));
  ROOKERY_ASSERT_OK(Move("m", "3", "Staging"));
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(Move("m", "2", "Production", true));
  EXPECT_EQ(Version("m", "1")->current_stage(), "Archived");
  EXPECT_EQ(Version("m", "1")->last_updated_timestamp(), clock_.NowMs());
  EXPECT_EQ(Version("m", "2")->current_stage(), "Production");
  EXPECT_EQ(Version("m", "3")->current_stage(), "Staging");
  EXPECT_EQ(Version("m", "4")->last_updated_timestamp(), made_ms);
}

TEST_P(ModelVersionsTest, UnknownStagesAndArchivingInAStageThatArchivesNothingAreRefused) {
  MakeVersion("m");
  EXPECT_THAT(Move("m", "1", "foo", true),
              StatusIs(kInvalidArgument,
                       "Invalid Model Version stage: foo. Value must be one of None, Staging, "
                       "Production, Archived."));
  EXPECT_THAT(Move("m", "1", "archived", true),
              StatusIs(kInvalidArgument, HasSubstr("because 'archived' is not an Active stage")));
}

TEST_P(ModelVersionsTest, ADeletedVersionIsGoneAndMovesTheModelsTimestamp) {
  MakeVersion("m", "s3://b/p", {{"k", "v"}});
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(DeleteVersion("m", "1"));
  EXPECT_THAT(Version("m", "1"), StatusIs(kNotFound));
  EXPECT_THAT(DeleteVersion("m", "1"), StatusIs(kNotFound));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, Model("m"));
  EXPECT_THAT(model.latest_versions(), IsEmpty());
  EXPECT_EQ(model.last_updated_timestamp(), clock_.NowMs());
}

TEST_P(ModelVersionsTest, TagsAreOverwrittenAndDeletedWithoutMovingTimestamps) {
  MakeVersion("m");
  const int64_t made_ms = clock_.NowMs();
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(SetTag(call_, "m", "1", "k", "1"));
  ROOKERY_ASSERT_OK(SetTag(call_, "m", "1", "k", "2"));
  ROOKERY_ASSERT_OK(SetTag(call_, "m", "1", "gone", ""));
  ROOKERY_ASSERT_OK(DeleteTag(call_, "m", "1", "gone"));
  ROOKERY_EXPECT_OK(DeleteTag(call_, "m", "1", "never there"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, Version("m", "1"));
  EXPECT_THAT(AsTags(version.tags()), ElementsAre(Pair("k", "2")));
  EXPECT_EQ(version.last_updated_timestamp(), made_ms);
  EXPECT_THAT(SetTag(call_, "m", "1", "k#", "v"), StatusIs(kInvalidArgument));
  EXPECT_THAT(DeleteTag(call_, "m", "1", "k#"), StatusIs(kInvalidArgument));
}

TEST_P(ModelVersionsTest, TwoWorkspacesNeverMeet) {
  MakeVersion("m");
  ROOKERY_ASSERT_OK(models_.Create(other_call_, NewModel("m")));
  const auto not_found = StatusIs(kNotFound);
  auto move = Named<v1::TransitionModelVersionStageRequest>("m", "1");
  move.set_stage("Staging");
  move.set_archive_existing_versions(true);
  EXPECT_THAT(versions_.Get(other_call_, Named<v1::GetModelVersionRequest>("m", "1")), not_found);
  EXPECT_THAT(
      versions_.GetDownloadUri(other_call_, Named<v1::GetModelVersionDownloadUriRequest>("m", "1")),
      not_found);
  EXPECT_THAT(Update(other_call_, "m", "1"), not_found);
  EXPECT_THAT(versions_.TransitionStage(other_call_, move), not_found);
  EXPECT_THAT(versions_.Delete(other_call_, Named<v1::DeleteModelVersionRequest>("m", "1")),
              not_found);
  EXPECT_THAT(SetTag(other_call_, "m", "1", "k", "v"), not_found);
  EXPECT_THAT(DeleteTag(other_call_, "m", "1", "k"), not_found);
  EXPECT_THAT(versions_.Create(other_call_, NewVersion("m", "models:/m/1")), not_found);

  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto theirs, versions_.Create(other_call_, NewVersion("m")));
  EXPECT_EQ(theirs.model_version().version(), "1");
  ROOKERY_ASSERT_OK(Move("m", "1", "Staging"));
  ROOKERY_ASSERT_OK(versions_.TransitionStage(other_call_, move));
  EXPECT_EQ(Version("m", "1")->current_stage(), "Staging");
}

INSTANTIATE_TEST_SUITE_P(All, ModelVersionsTest,
                         ::testing::ValuesIn(::rookery::testing::AllTestDatabases()),
                         ::rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
