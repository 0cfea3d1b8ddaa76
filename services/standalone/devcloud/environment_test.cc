#include "services/standalone/devcloud/environment.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "libs/base/testing/status_matchers.h"
#include "libs/tls/testing/certificates.h"
#include "services/standalone/devcloud/place.h"

namespace rookery::devcloud {
namespace {

using rookery::testing::StatusIs;
using ::testing::Contains;
using ::testing::HasSubstr;

class EnvironmentTest : public ::testing::Test {
 protected:
  EnvironmentTest() {
    options_.gateway = "gw.example:5443";
    options_.port = 9442;
    options_.state_dir = folder_.Path("it's state");
  }

  const tls::testing::Folder folder_;
  Options options_;
};

TEST_F(EnvironmentTest, NamesWhatTheClientsRead) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string lines, Environment(options_));
  EXPECT_THAT(lines, HasSubstr("# For development, not for production."));
  for (const char* line :
       {"export ARM_CLOUD_METADATA_URL='http://127.0.0.1:9442/metadata/endpoints'\n",
        "export AZUREML_CURRENT_CLOUD='Rookery'\n",
        "export MSI_ENDPOINT='http://127.0.0.1:9442/msi'\n"}) {
    EXPECT_THAT(lines, HasSubstr(line));
  }
}

TEST_F(EnvironmentTest, TheFilesThatItNamesAreThereAndQuoted) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const std::string lines, Environment(options_));
  EXPECT_TRUE(std::filesystem::exists(options_.state_dir + "/ca.pem"));
  EXPECT_THAT(lines, HasSubstr(R"(export REQUESTS_CA_BUNDLE=')" + folder_.Path("") +
                               R"(it'\''s state/ca.pem')"));
  EXPECT_THAT(lines, HasSubstr("export SSL_CERT_FILE="));
}

TEST_F(EnvironmentTest, APortThatIsYetToBeChosenIsRefused) {
  options_.port = 0;
  EXPECT_THAT(Environment(options_), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(EnvironmentTest, TheWorkspaceIsWrittenAsJson) {
  EXPECT_EQ(ConfigJson({"s\"1", "g", "w"}),
            "{\n  \"subscription_id\": \"s\\\"1\",\n  \"resource_group\": \"g\",\n"
            "  \"workspace_name\": \"w\"\n}\n");
}

TEST_F(EnvironmentTest, StorageIsBelowTheGatewaysNameUnlessItHasNone) {
  EXPECT_EQ(CloudOf(options_)->storage_suffix, "gw.example:5443");
  EXPECT_THAT(*ServerNames(*CloudOf(options_)), Contains("gw.example"));
  EXPECT_THAT(*ServerNames(*CloudOf(options_)), Contains("*.blob.gw.example"));
  for (const char* address : {"127.0.0.1:5000", "[::1]:5000"}) {
    options_.gateway = address;
    EXPECT_EQ(CloudOf(options_)->gateway, address);
    EXPECT_EQ(CloudOf(options_)->storage_suffix, "localhost:5000");
  }
  options_.storage_suffix = "files.example:1";
  EXPECT_THAT(*ServerNames(*CloudOf(options_)), Contains("*.blob.files.example"));
}

TEST_F(EnvironmentTest, AGatewayThatIsNoHostAndPortIsRefused) {
  for (const char* gateway : {"", "gw.example", "https://gw.example", "gw.example:x", ":1"}) {
    options_.gateway = gateway;
    EXPECT_THAT(Environment(options_), StatusIs(absl::StatusCode::kInvalidArgument)) << gateway;
  }
}

}  // namespace
}  // namespace rookery::devcloud
