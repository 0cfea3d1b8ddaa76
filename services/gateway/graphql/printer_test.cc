#include "services/gateway/graphql/printer.h"

#include <gtest/gtest.h>
#include <rookery/tracking/v1/run.pb.h>

#include <cmath>

namespace rookery::gateway {
namespace {

TEST(GraphqlPrinterTest, AFieldThatIsNotSetIsThere) {
  EXPECT_EQ(PrintGraphql(tracking::v1::RunInfo(), {}),
            R"({"__typename":"MlflowRunInfo","runId":"","runUuid":"","runName":"",)"
            R"("experimentId":"","userId":"","status":null,"startTime":"0","endTime":"0",)"
            R"("artifactUri":"","lifecycleStage":""})");
}

TEST(GraphqlPrinterTest, LongNumbersAreTextAndNanIsNull) {
  tracking::v1::Metric metric;
  metric.set_key("a \"b\"");
  metric.set_value(std::nan(""));
  metric.set_step(-9'007'199'254'740'993);
  EXPECT_EQ(PrintGraphql(metric, {}),
            R"({"__typename":"MlflowMetricExtension","key":"a \"b\"","value":null,)"
            R"("timestamp":"0","step":"-9007199254740993","datasetName":"","datasetDigest":"",)"
            R"("modelId":"","runId":""})");
  metric.set_value(0.5);
  EXPECT_NE(PrintGraphql(metric, {}).find(R"("value":0.5,)"), std::string::npos);
}

TEST(GraphqlPrinterTest, ARunComesWithItsExperimentAndItsModelVersions) {
  tracking::v1::GetRunResponse response;
  auto* run = response.mutable_run();
  run->mutable_info()->set_run_id("r");
  run->mutable_info()->set_experiment_id("7");
  run->mutable_info()->set_status(tracking::v1::FINISHED);
  run->mutable_data()->add_params()->set_key("p");
  RunRelations relations;
  relations.experiments["7"].set_name("penguins");
  relations.model_versions["r"].resize(2);
  relations.model_versions["r"][0].set_version("1");
  relations.model_versions["r"][0].add_aliases("champion");
  const std::string json = PrintGraphql(response, relations);
  for (const char* part :
       {R"({"__typename":"MlflowGetRunResponse","run":{"__typename":"MlflowRunExtension",)",
        R"("status":"FINISHED")", R"("params":[{"__typename":"MlflowParam","key":"p","value":""}])",
        R"("experiment":{"__typename":"MlflowExperiment","experimentId":"","name":"penguins")",
        R"("effectiveTraceArchivalRetention":"")",
        R"("modelVersions":[{"__typename":"MlflowModelVersion","name":"","version":"1")",
        R"("aliases":["champion"])", R"("outputs":null)", R"(,"apiError":null})"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
  }
}

}  // namespace
}  // namespace rookery::gateway
