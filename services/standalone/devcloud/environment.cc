#include "services/standalone/devcloud/environment.h"

#include <absl/strings/str_replace.h>
#include <fmt/format.h>

#include "libs/checks/text.h"
#include "libs/loopback_cloud/loopback_cloud.h"
#include "services/standalone/devcloud/place.h"
#include "services/standalone/devcloud/state.h"

namespace rookery::devcloud {
namespace {

std::string Export(const std::string& name, const std::string& value) {
  return fmt::format("export {}='{}'\n", name, absl::StrReplaceAll(value, {{"'", R"('\'')"}}));
}

}  // namespace

StatusOr<std::string> Environment(const Options& options) {
  if (options.port == 0) {
    return absl::InvalidArgumentError("--port must be the one that `rookery devcloud` serves on");
  }
  ASSIGN_OR_RETURN(const loopback_cloud::Cloud cloud, CloudOf(options));
  ASSIGN_OR_RETURN(const auto names, ServerNames(cloud));
  ASSIGN_OR_RETURN(const State state, OpenState(options.state_dir, names));
  const std::string url = LoopbackUrl(options.port);
  return "# For development, not for production. Programs that get these trust this authority "
         "alone.\n" +
         Export("ARM_CLOUD_METADATA_URL", url + loopback_cloud::kMetadataPath) +
         Export("AZUREML_CURRENT_CLOUD", cloud.name) +
         Export("MSI_ENDPOINT", url + loopback_cloud::kTokenPath) +
         Export("REQUESTS_CA_BUNDLE", state.ca_file) + Export("SSL_CERT_FILE", state.ca_file);
}

std::string ConfigJson(const Workspace& workspace) {
  return fmt::format(
      "{{\n  \"subscription_id\": {},\n  \"resource_group\": {},\n  \"workspace_name\": {}\n}}\n",
      QuotedJson(workspace.subscription_id), QuotedJson(workspace.resource_group),
      QuotedJson(workspace.workspace_name));
}

}  // namespace rookery::devcloud
