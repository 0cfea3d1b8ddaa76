#include "services/tracking/domain/model_history.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

constexpr char kModel[] =
    R"({"run_id": "r", "artifact_path": "m\u00e9", "utc_time_created": "2025-01-02 03:04:05",)"
    R"( "flavors": {"sklearn": {"code": null, "config": {"a": 1}, "n": 1.5}, "x": "text"},)"
    R"( "model_uuid": "u", "signature": {"inputs": "[]"}, "mlflow_version": "2.22.5"})";

TEST(ModelHistoryTest, AnEntryHasWhatMlflowKeepsAsPythonWritesIt) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string entry, ModelHistoryEntry(kModel));
  EXPECT_EQ(
      entry,
      R"({"run_id": "r", "artifact_path": "m\u00e9", "utc_time_created": "2025-01-02 03:04:05", )"
      R"("model_uuid": "u", "flavors": {"sklearn": {"code": null, "n": 1.5}, "x": "text"}})");
}

TEST(ModelHistoryTest, WhatIsNoModelIsRefused) {
  EXPECT_THAT(ModelHistoryEntry("{"),
              StatusIs(kInvalidArgument, "Malformed model info. \n { \n is not a valid JSON."));
  EXPECT_THAT(ModelHistoryEntry("[]"), StatusIs(kInvalidArgument, HasSubstr("not a JSON object")));
  EXPECT_THAT(ModelHistoryEntry(R"({"flavors": {}, "run_id": "r"})"),
              StatusIs(kInvalidArgument,
                       "Model json is missing mandatory fields: "
                       "{'artifact_path', 'utc_time_created'}"));
  EXPECT_THAT(ModelHistoryEntry(R"({"flavors": 1, "run_id": "r", "artifact_path": "m",
                                    "utc_time_created": "t"})"),
              StatusIs(kInvalidArgument, HasSubstr("flavors are not a JSON object")));
}

TEST(ModelHistoryTest, EntriesAreAppended) {
  EXPECT_EQ(*AppendedToHistory("[]", "{}"), "[{}]");
  EXPECT_EQ(*AppendedToHistory(R"([ {"a": "b, ]"} ])", "{}"), R"([{"a": "b, ]"}, {}])");
  EXPECT_THAT(AppendedToHistory("nonsense", "{}"), StatusIs(kFailedPrecondition));
  EXPECT_THAT(AppendedToHistory("{}", "{}"), StatusIs(kFailedPrecondition));
}

class LogModelTest : public TrackingTest {
 protected:
  Status LogModel(const CallContext& call, const std::string& run, const std::string& json) {
    auto request = OfRun<v1::LogModelRequest>(run);
    request.set_model_json(json);
    return log_.LogModel(call, request).status();
  }
};

TEST_P(LogModelTest, ModelsAreRememberedInATagHoweverMany) {
  const std::string run = MakeRun();
  AtOnce(4, [&](int) {
    for (int i = 0; i < 20; ++i) ROOKERY_EXPECT_OK(LogModel(call_, run, kModel));
  });
  const auto tags = AsPairs(GetRun(run)->data().tags());
  const auto tag = std::find_if(tags.begin(), tags.end(),
                                [](const auto& pair) { return pair.first == kModelHistoryTag; });
  ASSERT_NE(tag, tags.end());
  const std::string entry = *ModelHistoryEntry(kModel);
  EXPECT_EQ(tag->second.size(), 80 * (entry.size() + 2));
}

TEST_P(LogModelTest, OnlyAnActiveRunTakesModels) {
  EXPECT_THAT(LogModel(call_, "nope", kModel), StatusIs(kNotFound, "Run with id=nope not found"));
  const std::string run = MakeRun();
  EXPECT_THAT(LogModel(other_call_, run, kModel), StatusIs(kNotFound));
  ROOKERY_ASSERT_OK(SetTag(run, kModelHistoryTag, "mine"));
  EXPECT_THAT(LogModel(call_, run, kModel), StatusIs(kFailedPrecondition));
  ROOKERY_ASSERT_OK(DeleteRun(run));
  EXPECT_THAT(LogModel(call_, run, kModel), StatusIs(kInvalidArgument));
}

ROOKERY_OVER_ALL_DATABASES(LogModelTest);

}  // namespace
}  // namespace rookery::tracking
