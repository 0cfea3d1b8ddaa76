#include "services/tracking/domain/logged_models.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using enum absl::StatusCode;

class LoggedModelsTest : public TrackingTest {
 protected:
  StatusOr<v1::LoggedModel> Create(const v1::CreateLoggedModelRequest& request) {
    ASSIGN_OR_RETURN(auto response, models_.Create(call_, request));
    return response.model();
  }
  static v1::CreateLoggedModelRequest New(const std::string& name = "") {
    auto request = OfExperiment<v1::CreateLoggedModelRequest>("0");
    request.set_name(name);
    return request;
  }
  StatusOr<v1::FinalizeLoggedModelResponse> Finalize(const std::string& id, int status) {
    auto request = OfModel<v1::FinalizeLoggedModelRequest>(id);
    request.set_status(static_cast<v1::LoggedModelStatus>(status));
    return models_.Finalize(call_, request);
  }
  Status LogParams(const std::string& id, const Pairs& params) {
    auto request = OfModel<v1::LogLoggedModelParamsRequest>(id);
    Add(params, request.mutable_params());
    return models_.LogParams(call_, request).status();
  }
  Status SetTags(const std::string& id, const Pairs& tags) {
    auto request = OfModel<v1::SetLoggedModelTagsRequest>(id);
    Add(tags, request.mutable_tags());
    return models_.SetTags(call_, request).status();
  }
};

TEST_P(LoggedModelsTest, ANewOneIsPendingAndReadBackWhole) {
  auto request = New("lm");
  request.set_model_type("agent");
  request.set_source_run_id("r");
  Add({{"p", "1"}}, request.mutable_params());
  Add({{"t", "1"}}, request.mutable_tags());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto made, Create(request));
  const v1::LoggedModelInfo& info = made.info();
  EXPECT_THAT(info.model_id(), ::testing::MatchesRegex("m-[0-9a-f]{32}"));
  EXPECT_EQ(info.name(), "lm");
  EXPECT_EQ(info.model_type(), "agent");
  EXPECT_EQ(info.source_run_id(), "r");
  EXPECT_EQ(info.status(), v1::LOGGED_MODEL_PENDING);
  EXPECT_EQ(info.creation_timestamp_ms(), clock_.NowMs());
  EXPECT_EQ(info.artifact_uri(), "mlflow-artifacts:/0/models/" + info.model_id() + "/artifacts");
  EXPECT_THAT(AsPairs(info.tags()), ElementsAre(Pair("t", "1")));
  EXPECT_THAT(AsPairs(made.data().params()), ElementsAre(Pair("p", "1")));
  EXPECT_EQ(GetModel(info.model_id())->SerializeAsString(), made.SerializeAsString());
}

TEST_P(LoggedModelsTest, AnEmptyNameIsMadeUp) { EXPECT_NE(Create(New())->info().name(), ""); }

TEST_P(LoggedModelsTest, NamesMayNotHoldCharactersOfUris) {
  for (const std::string& name : {"a/b", "a:b", "a.b", "a%b", "a\"b"}) {
    EXPECT_THAT(
        Create(New(name)),
        StatusIs(kInvalidArgument,
                 "Invalid model name ('" + name +
                     "') provided. Model name must be a non-empty string and cannot "
                     "contain the following characters: ('/', ':', '.', '%', '\"', \"'\")"));
  }
  EXPECT_THAT(Create(New("a'b")), StatusIs(kInvalidArgument, HasSubstr("(\"a'b\")")));
}

TEST_P(LoggedModelsTest, BadExperimentsIdsAndParamsAreRefused) {
  EXPECT_THAT(Create(OfExperiment<v1::CreateLoggedModelRequest>("9")),
              StatusIs(kNotFound, "No Experiment with id=9 exists"));
  EXPECT_THAT(Create(OfExperiment<v1::CreateLoggedModelRequest>("abc")),
              StatusIs(kInvalidArgument,
                       "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."));
  auto request = New();
  request.set_model_id("a/b");
  EXPECT_THAT(Create(request), StatusIs(kInvalidArgument));
  request.set_model_id("m-mine");
  Add({{"p", "1"}, {"p", "2"}}, request.mutable_params());
  EXPECT_THAT(Create(request), StatusIs(kInvalidArgument));
  EXPECT_THAT(GetModel("m-mine"), StatusIs(kNotFound));
}

TEST_P(LoggedModelsTest, ACallerMayMakeTheId) {
  auto request = New();
  request.set_model_id("m-mine");
  EXPECT_EQ(Create(request)->info().model_id(), "m-mine");
  EXPECT_THAT(Create(request),
              StatusIs(kAlreadyExists, "Logged model with ID 'm-mine' already exists."));
}

TEST_P(LoggedModelsTest, TriesOfOneRequestAtOnceMakeOne) {
  auto request = New();
  request.set_request_id("r");
  std::vector<StatusOr<v1::LoggedModel>> made(8);
  AtOnce(8, [&](int i) { made[i] = Create(request); });
  ASSERT_THAT(made, Each(IsOk()));
  for (const auto& model : made) EXPECT_EQ(model->info().model_id(), made[0]->info().model_id());
}

TEST_P(LoggedModelsTest, FinalizingSetsTheStatusAndTheUpdateTime) {
  const std::string id = MakeModel();
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto ready, Finalize(id, v1::LOGGED_MODEL_READY));
  EXPECT_EQ(ready.model().info().status(), v1::LOGGED_MODEL_READY);
  EXPECT_EQ(ready.model().info().last_updated_timestamp_ms(), clock_.NowMs());
  EXPECT_THAT(Finalize(id, v1::LOGGED_MODEL_STATUS_UNSPECIFIED),
              StatusIs(kInvalidArgument, HasSubstr("Invalid model status: 0.")));
  EXPECT_THAT(Finalize(id, 99), StatusIs(kInvalidArgument, HasSubstr("Invalid model status: 99.")));
  EXPECT_EQ(GetModel(id)->info().status(), v1::LOGGED_MODEL_READY);
}

TEST_P(LoggedModelsTest, ParamsAreWrittenOnce) {
  const std::string id = MakeModel();
  ROOKERY_ASSERT_OK(LogParams(id, {{"p", "1"}}));
  ROOKERY_ASSERT_OK(LogParams(id, {{"p", "1"}}));
  EXPECT_THAT(LogParams(id, {{"new", "v"}, {"p", "2"}}),
              StatusIs(kInvalidArgument, HasSubstr("Param with key='p' was already logged")));
  EXPECT_THAT(AsPairs(GetModel(id)->data().params()), ElementsAre(Pair("p", "1")));
}

TEST_P(LoggedModelsTest, TheLastTagWins) {
  const std::string id = MakeModel();
  ROOKERY_ASSERT_OK(SetTags(id, {{"t", "1"}}));
  ROOKERY_ASSERT_OK(SetTags(id, {{"t", "2"}, {"t", "3"}, {"u", "v"}}));
  EXPECT_THAT(AsPairs(GetModel(id)->info().tags()), ElementsAre(Pair("t", "3"), Pair("u", "v")));
}

TEST_P(LoggedModelsTest, MetricsThatNameItAreRead) {
  const std::string id = MakeModel();
  const std::string run = MakeRun();
  v1::Metric metric = Point("m", 1.5, 3, 4);
  metric.set_model_id(id);
  metric.set_dataset_name("d");
  metric.set_dataset_digest("x");
  ROOKERY_ASSERT_OK(Log(run, {.metrics = {Point("other", 1), metric}}));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto model, GetModel(id));
  ASSERT_EQ(model.data().metrics_size(), 1);
  metric.set_run_id(run);
  EXPECT_EQ(model.data().metrics(0).SerializeAsString(), metric.SerializeAsString());
  EXPECT_EQ(GetRun(run)->data().metrics_size(), 2);
}

TEST_P(LoggedModelsTest, ADeletedOneIsSeenOnlyByWhoAsksForItAndStaysWritable) {
  const std::string id = MakeModel();
  clock_.Advance(absl::Seconds(1));
  ROOKERY_ASSERT_OK(models_.Delete(call_, OfModel<v1::DeleteLoggedModelRequest>(id)));
  ROOKERY_EXPECT_OK(models_.Delete(call_, OfModel<v1::DeleteLoggedModelRequest>(id)));
  EXPECT_THAT(GetModel(id), StatusIs(kNotFound));
  ROOKERY_EXPECT_OK(SetTags(id, {{"t", "1"}}));
  ROOKERY_EXPECT_OK(Finalize(id, v1::LOGGED_MODEL_READY));
  auto request = OfModel<v1::GetLoggedModelRequest>(id);
  request.set_allow_deleted(true);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto found, models_.Get(call_, request));
  EXPECT_EQ(found.model().info().last_updated_timestamp_ms(), clock_.NowMs());
  EXPECT_THAT(AsPairs(found.model().info().tags()), ElementsAre(Pair("t", "1")));
  EXPECT_THAT(models_.Get(other_call_, request), StatusIs(kNotFound));
}

TEST_P(LoggedModelsTest, ATagIsDeletedOnce) {
  const std::string id = MakeModel();
  ROOKERY_ASSERT_OK(SetTags(id, {{"t", "1"}, {"u", "2"}}));
  auto request = OfModel<v1::DeleteLoggedModelTagRequest>(id);
  request.set_tag_key("t");
  EXPECT_THAT(models_.DeleteTag(other_call_, request), StatusIs(kNotFound));
  ROOKERY_ASSERT_OK(models_.DeleteTag(call_, request));
  EXPECT_THAT(AsPairs(GetModel(id)->info().tags()), ElementsAre(Pair("u", "2")));
  EXPECT_THAT(models_.DeleteTag(call_, request),
              StatusIs(kNotFound, "No tag with key 't' found for model with ID '" + id + "'."));
}

TEST_P(LoggedModelsTest, UnknownOnesAndThoseOfOtherWorkspacesAreNotFound) {
  const auto absent = StatusIs(kNotFound, "Logged model with ID 'nope' not found.");
  EXPECT_THAT(GetModel("nope"), absent);
  EXPECT_THAT(Finalize("nope", v1::LOGGED_MODEL_READY), absent);
  EXPECT_THAT(LogParams("nope", {{"p", "1"}}), absent);
  EXPECT_THAT(SetTags("nope", {{"t", "1"}}), absent);
  EXPECT_THAT(models_.Delete(call_, OfModel<v1::DeleteLoggedModelRequest>("nope")), absent);
  EXPECT_THAT(models_.DeleteTag(call_, OfModel<v1::DeleteLoggedModelTagRequest>("nope")), absent);
  const std::string id = MakeModel();
  const auto not_here = StatusIs(kNotFound);
  EXPECT_THAT(models_.Get(other_call_, OfModel<v1::GetLoggedModelRequest>(id)), not_here);
  auto finalize = OfModel<v1::FinalizeLoggedModelRequest>(id);
  finalize.set_status(v1::LOGGED_MODEL_READY);
  EXPECT_THAT(models_.Finalize(other_call_, finalize), not_here);
  EXPECT_THAT(models_.SetTags(other_call_, OfModel<v1::SetLoggedModelTagsRequest>(id)), not_here);
  EXPECT_THAT(models_.LogParams(other_call_, OfModel<v1::LogLoggedModelParamsRequest>(id)),
              not_here);
  EXPECT_THAT(models_.Delete(other_call_, OfModel<v1::DeleteLoggedModelRequest>(id)), not_here);
  EXPECT_THAT(models_.Create(other_call_, New()), not_here);
}

ROOKERY_OVER_ALL_DATABASES(LoggedModelsTest);

}  // namespace
}  // namespace rookery::tracking
