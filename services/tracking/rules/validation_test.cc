#include "services/tracking/rules/validation.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::tracking {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;
using enum absl::StatusCode;

v1::LogBatchRequest Batch() {
  v1::LogBatchRequest batch;
  batch.set_run_id("r");
  return batch;
}

Status CheckBatch(const v1::LogBatchRequest& batch) {
  Params params;
  RunTags tags;
  return CheckAndCutBatch(batch, &params, &tags);
}

TEST(ValidationTest, ExperimentIdsAreDecimalsOf64Bits) {
  EXPECT_EQ(*ParseExperimentId("42"), 42);
  EXPECT_EQ(*ParseExperimentId("9223372036854775807"), INT64_MAX);
  for (const char* bad : {"", "abc", "1.5", "0x10", "9223372036854775808", "1 2"}) {
    EXPECT_THAT(ParseExperimentId(bad), StatusIs(kInvalidArgument)) << bad;
  }
}

TEST(ValidationTest, AProblemInABatchIsNamedByItsPlace) {
  auto batch = Batch();
  batch.add_metrics()->set_key("ok");
  batch.add_metrics()->set_key("a#");
  EXPECT_THAT(CheckBatch(batch),
              StatusIs(kInvalidArgument,
                       "Invalid value \"a#\" for parameter 'metrics[1].name' supplied: Names may "
                       "only contain alphanumerics, underscores (_), dashes (-), periods (.), "
                       "spaces ( ), colon(:) and slashes (/)."));
  batch = Batch();
  batch.add_params()->set_key("a#");
  EXPECT_THAT(CheckBatch(batch), StatusIs(kInvalidArgument, HasSubstr("'params[0].key'")));
  batch = Batch();
  batch.add_tags()->set_key(std::string(251, 'k'));
  EXPECT_THAT(
      CheckBatch(batch),
      StatusIs(kInvalidArgument, "'tags[0].key' exceeds the maximum length of 250 characters"));
}

TEST(ValidationTest, AMissingKeyIsNotAnEmptyOne) {
  auto batch = Batch();
  batch.add_params()->set_value("v");
  EXPECT_THAT(CheckBatch(batch),
              StatusIs(kInvalidArgument,
                       "Missing value for required parameter 'params[0].key'. See the API docs for "
                       "more information about request parameters."));
  batch.mutable_params(0)->set_key("");
  EXPECT_THAT(CheckBatch(batch),
              StatusIs(kInvalidArgument, HasSubstr("Invalid value \"\" for parameter")));
  batch = Batch();
  batch.add_tags()->set_value("v");
  EXPECT_THAT(CheckBatch(batch),
              StatusIs(kInvalidArgument, HasSubstr("required parameter 'tags[0].key'")));
}

TEST(ValidationTest, EveryDuplicateParamIsNamed) {
  auto batch = Batch();
  for (const char* key : {"x", "y", "x", "y", "z"}) batch.add_params()->set_key(key);
  EXPECT_THAT(CheckBatch(batch), StatusIs(kInvalidArgument, HasSubstr("['x', 'y']")));
}

}  // namespace
}  // namespace rookery::tracking
