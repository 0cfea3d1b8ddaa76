#include "services/registry/domain/aliases.h"

#include <gmock/gmock.h>

#include "services/registry/testing/registry_test.h"

namespace rookery::registry {
namespace {

using namespace testing;  // NOLINT: the words of registry_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum absl::StatusCode;

class AliasesTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    MakeModel("m");
    MakeVersion("m");
    MakeVersion("m");
  }
  Status Delete(const CallContext& call, const std::string& name, const std::string& alias) {
    auto request = Named<v1::DeleteRegisteredModelAliasRequest>(name);
    request.set_alias(alias);
    return aliases_.Delete(call, request).status();
  }
};

TEST_P(AliasesTest, AnAliasNamesOneVersionAndMoves) {
  ROOKERY_ASSERT_OK(SetAlias("m", "champion", "1"));
  ROOKERY_ASSERT_OK(SetAlias("m", "champion", "02"));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto version, ByAlias("m", "champion"));
  EXPECT_EQ(version.version(), "2");
  EXPECT_THAT(version.aliases(), ElementsAre("champion"));
  EXPECT_THAT(Version("m", "1")->aliases(), IsEmpty());
}

TEST_P(AliasesTest, SettingOneMovesNoTimestamp) {
  const int64_t made_ms = clock_.NowMs();
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(SetAlias("m", "a", "1"));
  EXPECT_EQ(Model("m")->last_updated_timestamp(), made_ms);
  EXPECT_EQ(Version("m", "1")->last_updated_timestamp(), made_ms);
}

TEST_P(AliasesTest, LatestIsTheNewestVersionInAnyCaseAndStage) {
  ROOKERY_ASSERT_OK(Move("m", "2", "Archived"));
  EXPECT_EQ(ByAlias("m", "latest")->version(), "2");
  EXPECT_EQ(ByAlias("m", "LATEST")->version(), "2");
  ROOKERY_ASSERT_OK(DeleteVersion("m", "2"));
  EXPECT_EQ(ByAlias("m", "latest")->version(), "1");
  MakeModel("empty");
  EXPECT_THAT(ByAlias("empty", "latest"),
              StatusIs(kNotFound, "Latest version not found for model empty."));
}

TEST_P(AliasesTest, AnAbsentAliasIsInvalidToReadAndFineToDelete) {
  EXPECT_THAT(ByAlias("m", "x"), StatusIs(kInvalidArgument, "Registered model alias x not found."));
  ROOKERY_ASSERT_OK(SetAlias("m", "x", "1"));
  ROOKERY_EXPECT_OK(Delete(call_, "m", "x"));
  ROOKERY_EXPECT_OK(Delete(call_, "m", "x"));
  EXPECT_THAT(ByAlias("m", "x"), StatusIs(kInvalidArgument));
}

TEST_P(AliasesTest, ADeletedVersionLosesItsAliases) {
  ROOKERY_ASSERT_OK(SetAlias("m", "a", "1"));
  ROOKERY_ASSERT_OK(SetAlias("m", "b", "2"));
  ROOKERY_ASSERT_OK(DeleteVersion("m", "1"));
  EXPECT_THAT(ByAlias("m", "a"), StatusIs(kInvalidArgument));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, Model("m"));
  ASSERT_EQ(model.aliases_size(), 1);
  EXPECT_EQ(model.aliases(0).alias(), "b");
}

TEST_P(AliasesTest, UnknownModelsAndVersionsAreNotFound) {
  const auto no_model = StatusIs(kNotFound, "Registered Model with name=nope not found");
  EXPECT_THAT(ByAlias("nope", "x"), no_model);
  EXPECT_THAT(ByAlias("nope", "latest"), no_model);
  EXPECT_THAT(Delete(call_, "nope", "x"), no_model);
  EXPECT_THAT(SetAlias("nope", "x", "1"),
              StatusIs(kNotFound, "Model Version (name=nope, version=1) not found"));
  EXPECT_THAT(SetAlias("m", "x", "9"),
              StatusIs(kNotFound, "Model Version (name=m, version=9) not found"));
}

TEST_P(AliasesTest, BadInputIsRefused) {
  EXPECT_THAT(SetAlias("m", "Latest", "1"), StatusIs(kInvalidArgument, HasSubstr("reserved")));
  EXPECT_THAT(SetAlias("m", "v1", "x"), StatusIs(kInvalidArgument, HasSubstr("reserved")));
  EXPECT_THAT(SetAlias("m", "a b", "1"), StatusIs(kInvalidArgument));
  EXPECT_THAT(SetAlias("m", "a", "x"),
              StatusIs(kInvalidArgument, "Parameter 'version' must be an integer, got 'x'."));
  EXPECT_THAT(SetAlias("a/b", "a", "1"), StatusIs(kInvalidArgument));
  EXPECT_THAT(ByAlias("m", "a b"), StatusIs(kInvalidArgument, HasSubstr("Invalid alias name")));
  EXPECT_THAT(ByAlias("a/b", "a"), StatusIs(kInvalidArgument));
  EXPECT_THAT(Delete(call_, "m", "a b"), StatusIs(kInvalidArgument));
  EXPECT_THAT(Delete(call_, "a/b", "a"), StatusIs(kInvalidArgument));
}

TEST_P(AliasesTest, TwoWorkspacesNeverMeet) {
  ROOKERY_ASSERT_OK(SetAlias("m", "a", "1"));
  auto set = Named<v1::SetRegisteredModelAliasRequest>("m", "1");
  set.set_alias("a");
  auto get = Named<v1::GetModelVersionByAliasRequest>("m");
  get.set_alias("a");
  EXPECT_THAT(aliases_.Set(other_call_, set), StatusIs(kNotFound));
  EXPECT_THAT(aliases_.GetVersion(other_call_, get), StatusIs(kNotFound));
  EXPECT_THAT(Delete(other_call_, "m", "a"), StatusIs(kNotFound));

  ROOKERY_ASSERT_OK(models_.Create(other_call_, NewModel("m")));
  EXPECT_THAT(aliases_.GetVersion(other_call_, get), StatusIs(kInvalidArgument));
  ROOKERY_ASSERT_OK(Delete(other_call_, "m", "a"));
  EXPECT_EQ(ByAlias("m", "a")->version(), "1");
}

INSTANTIATE_TEST_SUITE_P(All, AliasesTest,
                         ::testing::ValuesIn(::rookery::testing::AllTestDatabases()),
                         ::rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
