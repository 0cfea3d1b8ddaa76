#include "services/gateway/azure/error_body.h"

#include <gtest/gtest.h>

namespace rookery::gateway {
namespace {

TEST(AzureErrorBodyTest, HasBothClientsWords) {
  const auto reply = transcode::ToHttp(absl::NotFoundError("no \"run\""));
  EXPECT_EQ(AzureErrorBody(reply, "r-1"),
            R"({"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no \"run\"",)"
            R"("error":{"code":"UserError","message":"no \"run\""},)"
            R"("correlation":{"RequestId":"r-1"},"componentName":"rookery","statusCode":404})");
}

TEST(AzureErrorBodyTest, SaysWhoIsAtFault) {
  const auto code_of = [](const Status& status) {
    const std::string body = AzureErrorBody(transcode::ToHttp(status), "r");
    const size_t at = body.find(R"("code":")") + 8;
    return body.substr(at, body.find('"', at) - at);
  };
  EXPECT_EQ(code_of(absl::InvalidArgumentError("")), "UserError");
  EXPECT_EQ(code_of(absl::ResourceExhaustedError("")), "TransientError");
  EXPECT_EQ(code_of(absl::UnavailableError("")), "TransientError");
  EXPECT_EQ(code_of(absl::DataLossError("")), "ServiceError");
}

}  // namespace
}  // namespace rookery::gateway
