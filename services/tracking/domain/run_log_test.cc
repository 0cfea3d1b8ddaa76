#include "services/tracking/domain/run_log.h"

#include <gmock/gmock.h>

#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h
using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using enum absl::StatusCode;

class RunLogTest : public TrackingTest {
 protected:
  void SetUp() override {
    TrackingTest::SetUp();
    run_ = MakeRun();
  }
  Status DeleteTag(const std::string& run_id, const std::string& key) {
    auto request = OfRun<v1::DeleteTagRequest>(run_id);
    request.set_key(key);
    return log_.DeleteTag(call_, request).status();
  }
  Pairs Params() { return AsPairs(GetRun(run_)->data().params()); }
  // All but the run's name.
  Pairs Tags() {
    Pairs tags = AsPairs(GetRun(run_)->data().tags());
    std::erase_if(tags, [](const auto& tag) { return tag.first == "mlflow.runName"; });
    return tags;
  }

  std::string run_;
};

Pairs Numbered(int count) {
  Pairs pairs;
  for (int i = 0; i < count; ++i) pairs.emplace_back("k" + std::to_string(i), "v");
  return pairs;
}

TEST_P(RunLogTest, AParamIsWrittenOnce) {
  ROOKERY_ASSERT_OK(LogParam(run_, "p", "a"));
  ROOKERY_ASSERT_OK(LogParam(run_, "p", "a"));
  EXPECT_THAT(LogParam(run_, "p", "b"),
              StatusIs(kInvalidArgument,
                       "Changing param values is not allowed. Param with key='p' was already "
                       "logged with value='a' for run ID='" +
                           run_ + "'. Attempted logging new value 'b'."));
  ROOKERY_ASSERT_OK(LogParam(run_, "empty", ""));
  EXPECT_THAT(Params(), ElementsAre(Pair("empty", ""), Pair("p", "a")));
}

TEST_P(RunLogTest, AConflictingParamStoresNothingOfItsBatch) {
  ROOKERY_ASSERT_OK(LogParam(run_, "p", "a"));
  EXPECT_THAT(
      Log(run_, {{Point("m", 1)}, {{"new", "v"}, {"p", "it's"}}, {{"t", "v"}}}),
      StatusIs(kInvalidArgument,
               "Changing param values is not allowed. Params were already logged='[{'key': 'p', "
               "'old_value': 'a', 'new_value': \"it's\"}]' for run ID='" +
                   run_ + "'."));
  EXPECT_THAT(Params(), ElementsAre(Pair("p", "a")));
  EXPECT_THAT(Tags(), IsEmpty());
  EXPECT_EQ(GetRun(run_)->data().metrics_size(), 0);
}

TEST_P(RunLogTest, AMetricOfAnUnknownModelStoresNothingOfItsBatch) {
  v1::Metric metric = Point("m", 1);
  metric.set_model_id("m-nope");
  const Status refused = Log(run_, {{Point("a", 1), metric}, {{"p", "v"}}, {{"t", "v"}}});
  EXPECT_THAT(refused, StatusIs(kInvalidArgument, HasSubstr("'m-nope'")));
  EXPECT_EQ(ErrorCode(refused), "BAD_REQUEST");
  EXPECT_EQ(ErrorCode(LogMetric(run_, metric)), "BAD_REQUEST");
  EXPECT_THAT(Params(), IsEmpty());
  EXPECT_THAT(Tags(), IsEmpty());
  EXPECT_EQ(GetRun(run_)->data().metrics_size(), 0);
}

TEST_P(RunLogTest, TheLastTagWins) {
  ROOKERY_ASSERT_OK(SetTag(run_, "t", "a"));
  ROOKERY_ASSERT_OK(SetTag(run_, "t", "b"));
  EXPECT_THAT(Tags(), ElementsAre(Pair("t", "b")));
  ROOKERY_ASSERT_OK(Log(run_, {.tags = {{"t", "c"}, {"t", "d"}}}));
  EXPECT_THAT(Tags(), ElementsAre(Pair("t", "d")));
}

TEST_P(RunLogTest, AnAbsentTagCannotBeDeleted) {
  ROOKERY_ASSERT_OK(SetTag(run_, "t", "a"));
  ROOKERY_ASSERT_OK(DeleteTag(run_, "t"));
  EXPECT_THAT(DeleteTag(run_, "t"),
              StatusIs(kNotFound, "No tag with name: t in run with id " + run_));
}

TEST_P(RunLogTest, LongValuesAreCutToTheirFirstCharacters) {
  const auto repeated = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "é";
    return text;
  };
  ROOKERY_ASSERT_OK(LogParam(run_, "p", repeated(6001)));
  ROOKERY_ASSERT_OK(SetTag(run_, "t", repeated(8001)));
  ROOKERY_ASSERT_OK(
      Log(run_, {.params = {{"p2", repeated(6001)}}, .tags = {{"t2", repeated(8001)}}}));
  EXPECT_THAT(Params(), ElementsAre(Pair("p", repeated(6000)), Pair("p2", repeated(6000))));
  EXPECT_THAT(Tags(), ElementsAre(Pair("t", repeated(8000)), Pair("t2", repeated(8000))));
  // Equal as stored, so not another value.
  ROOKERY_EXPECT_OK(LogParam(run_, "p", repeated(6002)));
}

TEST_P(RunLogTest, KeysOfAnyLanguageAndOf250CharactersPass) {
  ROOKERY_EXPECT_OK(LogMetric(run_, Point("ü名/a b", 1)));
  ROOKERY_EXPECT_OK(LogMetric(run_, Point(std::string(250, 'k'), 1)));
  ROOKERY_EXPECT_OK(LogParam(run_, "ü", "v"));
  ROOKERY_EXPECT_OK(SetTag(run_, " a", "v"));
}

TEST_P(RunLogTest, BadKeysAreRefused) {
  for (const std::string& key :
       {std::string(), std::string("../a"), std::string("😀"), std::string("a#"),
        std::string("a//b"), std::string("/a"), std::string("a\tb"), std::string(251, 'k')}) {
    EXPECT_THAT(LogMetric(run_, Point(key, 1)), StatusIs(kInvalidArgument)) << key;
    EXPECT_THAT(LogParam(run_, key, "v"), StatusIs(kInvalidArgument)) << key;
    EXPECT_THAT(SetTag(run_, key, "v"), StatusIs(kInvalidArgument)) << key;
  }
  EXPECT_THAT(SetTag(run_, "../a", "v"),
              StatusIs(kInvalidArgument,
                       "Invalid value \"../a\" for parameter 'key' supplied: Names may be treated "
                       "as files in certain cases, and must not resolve to other names when "
                       "treated as such. This name would resolve to '../a'"));
  EXPECT_THAT(
      LogParam(run_, std::string(251, 'k'), "v"),
      StatusIs(kInvalidArgument, "'Param key' exceeds the maximum length of 250 characters"));
}

TEST_P(RunLogTest, ABatchAtItsLimitsIsStoredAndOneBeyondIsNot) {
  std::vector<v1::Metric> metrics(1000, Point("m", 1));
  for (int i = 0; i < 1000; ++i) metrics[i].set_step(i);
  ROOKERY_EXPECT_OK(Log(run_, {.metrics = metrics}));
  EXPECT_EQ(GetRun(run_)->data().metrics(0).step(), 999);
  ROOKERY_EXPECT_OK(
      Log(run_, {{metrics.begin(), metrics.begin() + 800}, Numbered(100), Numbered(100)}));
  EXPECT_EQ(Params().size(), 100);
  EXPECT_EQ(Tags().size(), 100);
  const auto too_many = [](const std::string& limit, const std::string& what,
                           const std::string& got) {
    return StatusIs(kInvalidArgument, "A batch logging request can contain at most " + limit + " " +
                                          what + ". Got " + got + " " + what +
                                          ". Please split up " + what +
                                          " across multiple requests and try again.");
  };
  EXPECT_THAT(Log(run_, {.params = Numbered(101)}), too_many("100", "params", "101"));
  EXPECT_THAT(Log(run_, {.tags = Numbered(101)}), too_many("100", "tags", "101"));
  EXPECT_THAT(Log(run_, {.metrics = metrics, .params = {{"k", "v"}}}),
              too_many("1000", "metrics, params, and tags", "1001"));
  metrics.push_back(Point("m", 1));
  EXPECT_THAT(Log(run_, {.metrics = metrics}), too_many("1000", "metrics", "1001"));
}

TEST_P(RunLogTest, ABatchLoggedAsynchronouslyIsThereWhenItIsAnswered) {
  auto batch = OfRun<v1::LogBatchAsyncRequest>(run_);
  *batch.add_metrics() = Point("m", 1);
  Add({{"p", "a"}}, batch.mutable_params());
  Add({{"t", "b"}}, batch.mutable_tags());
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto answer, Waiting(log_, &RunLog::LogBatchAsync, batch));
  EXPECT_TRUE(answer.has_batch_tracking_id());
  EXPECT_EQ(answer.batch_tracking_id(), "");
  EXPECT_THAT(Params(), ElementsAre(Pair("p", "a")));
  EXPECT_THAT(Tags(), ElementsAre(Pair("t", "b")));
  EXPECT_EQ(GetRun(run_)->data().metrics_size(), 1);
  const auto ask = [&](const std::string& run_id) {
    return log_.GetRunDataStatus(call_, OfRun<v1::GetRunDataStatusRequest>(run_id));
  };
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto status, ask(run_));
  EXPECT_TRUE(status.is_complete());
  EXPECT_THAT(ask("absent"), StatusIs(kNotFound));
  batch.mutable_params(0)->set_value("other");
  EXPECT_THAT(Waiting(log_, &RunLog::LogBatchAsync, batch), StatusIs(kInvalidArgument));
}

TEST_P(RunLogTest, OneKeyTwiceAmongTheParamsIsRefusedEvenIfEqual) {
  EXPECT_THAT(Log(run_, {.params = {{"p", "v"}, {"q", "v"}, {"p", "v"}}}),
              StatusIs(kInvalidArgument,
                       "Duplicate parameter keys have been submitted: ['p']. Please ensure the "
                       "request contains only one param value per param key."));
  EXPECT_THAT(Params(), IsEmpty());
}

TEST_P(RunLogTest, UnknownAndDeletedRunsTakeNoWrites) {
  const auto writes = [&](const std::string& id) {
    return std::vector<Status>{LogMetric(id, Point("m", 1)),
                               LogParam(id, "p", "v"),
                               SetTag(id, "t", "v"),
                               DeleteTag(id, "t"),
                               Log(id, {}),
                               log_.LogInputs(call_, OfRun<v1::LogInputsRequest>(id)).status(),
                               log_.LogOutputs(call_, OfRun<v1::LogOutputsRequest>(id)).status()};
  };
  EXPECT_THAT(writes("nope"), ::testing::Each(StatusIs(kNotFound, "Run with id=nope not found")));
  ROOKERY_ASSERT_OK(DeleteRun(run_));
  EXPECT_THAT(writes(run_),
              ::testing::Each(
                  StatusIs(kInvalidArgument, "The run " + run_ +
                                                 " must be in the 'active' state. Current state is "
                                                 "deleted.")));
}

TEST_P(RunLogTest, AMissingRunIdIsSaidAsMlflowSaysIt) {
  const auto missing =
      StatusIs(kInvalidArgument, HasSubstr("Missing value for required parameter 'run_id'."));
  EXPECT_THAT(LogMetric("", Point("m", 1)), missing);
  EXPECT_THAT(LogParam("", "p", "v"), missing);
  EXPECT_THAT(SetTag("", "p", "v"), missing);
  EXPECT_THAT(Log("", {}),
              StatusIs(kInvalidArgument, "Invalid value \"\" for parameter 'run_id' supplied."));
}

ROOKERY_OVER_ALL_DATABASES(RunLogTest);

}  // namespace
}  // namespace rookery::tracking
