#include "services/gateway/absent_features.h"

#include <gtest/gtest.h>

namespace rookery::gateway {
namespace {

std::string Ask(const std::string& method, const std::string& path) {
  http::RequestHead request;
  request.method = method;
  request.path = path;
  const auto response = AnswerAbsentFeature(request);
  return response ? response->body : "none";
}

TEST(AbsentFeaturesTest, TheUiFindsThemEmpty) {
  EXPECT_EQ(Ask("POST", "/ajax-api/3.0/mlflow/traces/search"), "{}");
  EXPECT_EQ(Ask("GET", "/ajax-api/2.0/mlflow/gateway-proxy"), R"({"endpoints":[]})");
  EXPECT_EQ(Ask("POST", "/ajax-api/3.0/mlflow/ui-telemetry"), R"({"status":"disabled"})");
}

TEST(AbsentFeaturesTest, ProgramsAreToldThatTheyAreNotThere) {
  EXPECT_EQ(Ask("POST", "/api/3.0/mlflow/traces/search"), "none");
  EXPECT_EQ(Ask("GET", "/api/2.0/mlflow/webhooks"), "none");
}

TEST(AbsentFeaturesTest, NothingIsAcceptedThatWouldBeLost) {
  EXPECT_EQ(Ask("POST", "/ajax-api/2.0/mlflow/webhooks"), "none");
  EXPECT_EQ(Ask("POST", "/ajax-api/3.0/mlflow/traces"), "none");
  EXPECT_EQ(Ask("POST", "/ajax-api/3.0/mlflow/datasets/create"), "none");
}

}  // namespace
}  // namespace rookery::gateway
