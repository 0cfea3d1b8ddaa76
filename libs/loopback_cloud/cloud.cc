#include "libs/loopback_cloud/cloud.h"

#include <fmt/format.h>

#include "libs/checks/text.h"

namespace rookery::loopback_cloud {
namespace {

// Is never called, since clients take their tokens from the loopback. Must be there, and without a
// port: with one azureml-mlflow says that the authority is invalid.
constexpr char kLoginEndpoint[] = "https://login.microsoftonline.com";

}  // namespace

std::string GatewayUri(const Cloud& cloud) { return "https://" + cloud.gateway; }

std::string MetadataDocument(const Cloud& cloud) {
  const std::string portal = QuotedJson(GatewayUri(cloud));
  // Clients put paths behind it, so it ends with a slash, as Azure's does.
  const std::string manager = QuotedJson(GatewayUri(cloud) + "/");
  return fmt::format(
      R"([{{"name":{},"portal":{},"resourceManager":{},)"
      R"("authentication":{{"loginEndpoint":{},"audiences":[{}]}},"suffixes":{{"storage":{}}}}}])",
      QuotedJson(cloud.name), portal, manager, QuotedJson(kLoginEndpoint), manager,
      QuotedJson(cloud.storage_suffix));
}

}  // namespace rookery::loopback_cloud
