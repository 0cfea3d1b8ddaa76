// What a request under a mount comes to.
#include <gmock/gmock.h>

#include <string>

#include "services/gateway/testing/gateway_test.h"

namespace rookery::gateway {
namespace {

using namespace testing;  // NOLINT: the words of gateway_test.h
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MountedGatewayTest : public GatewayTest {};

constexpr char kMount[] =
    "/mlflow/v2.0/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/"
    "workspaces/team";

TEST_F(MountedGatewayTest, UnderAMountAllIsServedForItsWorkspace) {
  EXPECT_THAT(Get(kMount + std::string(kGet) + "7").body, HasSubstr(R"("workspace":"team")"));
  EXPECT_THAT(Get(kMount + std::string(kGet) + "7", "X-MLFLOW-WORKSPACE: team\r\n").body,
              HasSubstr(R"("workspace":"team")"));
  EXPECT_EQ(Get(std::string(kMount) + "/version").body, "3.3.2");
  EXPECT_EQ(Get(std::string(kMount) + "/ajax-api/3.0/mlflow/scorers/list").body, "{}");
  EXPECT_THAT(Post(std::string(kMount) + "/graphql",
                   R"({"operationName":"MlflowGetExperimentQuery",)"
                   R"("variables":{"input":{"experimentId":"7"}},"query":"query {}"})")
                  .body,
              HasSubstr(R"("workspace":"team")"));
}

TEST_F(MountedGatewayTest, FilesUnderAMountKeepTheirNamesAndWorkspace) {
  const std::string file = std::string(kMount) + kArtifacts + "1/a%20b/c%3Ad+e.bin";
  EXPECT_EQ(Put(file, "abc").status, 200);
  EXPECT_EQ(files_.path, "1/a b/c:d+e.bin");
  EXPECT_EQ(files_.workspace, "team");
  files_.workspace.clear();
  EXPECT_EQ(Get(file).body, "abc");
  EXPECT_EQ(files_.workspace, "team");
}

TEST_F(MountedGatewayTest, AMountLeadsToItsPage) {
  const auto response = Get(kMount);
  EXPECT_EQ(response.status, 308);
  // What the page asks for is relative to it.
  EXPECT_EQ(response.headers.Find("Location"), std::string(kMount) + "/");
  EXPECT_EQ(Get(std::string(kMount) + "/").status, 200);
  EXPECT_EQ(Post(kMount, "{}").status, 404);
}

TEST_F(MountedGatewayTest, ErrorsUnderAMountAreAzuresToo) {
  const auto response = Get(kMount + std::string(kGet) + "missing");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body,
              AllOf(HasSubstr(R"("error_code":"RESOURCE_DOES_NOT_EXIST")"),
                    HasSubstr(R"("error":{"code":"UserError")"), HasSubstr(R"("statusCode":404)")));
  EXPECT_THAT(Get(kMount + std::string(kCreate)).body, HasSubstr(R"("statusCode":405)"));
}

TEST_F(MountedGatewayTest, AHeaderThatContradictsTheMountIsRefused) {
  const auto response = Get(kMount + std::string(kGet) + "7", "X-MLFLOW-WORKSPACE: default\r\n");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, AllOf(HasSubstr("INVALID_PARAMETER_VALUE"), HasSubstr("'team'"),
                                   HasSubstr("'default'")));
  EXPECT_EQ(Get(kMount + std::string("%C3%A4") + kGet + "7").status, 400);
}

TEST_F(MountedGatewayTest, AzuresOwnPathsAreNotMlflows) {
  for (const char* prefix : {"/history/v1.0", "/artifact/v2.0", "/modelmanagement/v1.0", ""}) {
    const std::string path =
        prefix + std::string(kMount).substr(std::string_view("/mlflow/v2.0").size()) + kGet + "7";
    const auto response = Get(path);
    EXPECT_EQ(response.status, 404) << path;
    // Of a query nothing is said: it may hold a signature.
    EXPECT_THAT(response.body,
                AllOf(HasSubstr(path.substr(0, path.find('?'))), Not(HasSubstr("experiment_id"))));
  }
}

TEST_F(MountedGatewayTest, WhatIsNotToBeReachedTakesNoOtherMethodEither) {
  const std::string own = "/azureml/history/experiments/e/runs/r/artifacts";
  for (const std::string& path : {own, "//" + own.substr(1), kMount + own}) {
    EXPECT_EQ(Post(path, "{}").status, 404) << path;
  }
  const std::string resource = std::string(kMount).substr(std::string_view("/mlflow/v2.0").size());
  const auto response = Post(
      "/history/v1.0" + resource + own.substr(std::string_view("/azureml/history").size()), "");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.Find("Allow"), "GET, HEAD");
}

TEST_F(MountedGatewayTest, AFreshTokenIsTheSameToken) {
  const std::string path = "/history/v1.0" +
                           std::string(kMount).substr(std::string_view("/mlflow/v2.0").size()) +
                           "/experimentids/e/runs/r/token";
  const auto response = Get(path, "Authorization: Bearer abc.def\r\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("token":"abc.def")"),
                                   HasSubstr(R"("expiryTimeUtc":"20)"), HasSubstr(R"(+00:00")")));
  EXPECT_EQ(Get(path).status, 401);
}

TEST_F(MountedGatewayTest, RequestsUnderAMountAreCountedByTheirRoute) {
  const std::string text =
      LastBody({GetRequest(kMount + std::string(kGet) + "7"), GetRequest("/metrics")});
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(requests_total{route="/api/2.0/mlflow/experiments/get",status="200",verb="GET"} 1)"));
  EXPECT_THAT(text, Not(HasSubstr("subscriptions")));
}

}  // namespace
}  // namespace rookery::gateway
