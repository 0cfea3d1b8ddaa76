// The cloud that Azure's clients are told they are in.
#pragma once

#include <string>

namespace rookery::loopback_cloud {

struct Cloud {
  // What AZUREML_CURRENT_CLOUD must be. Any name but AzureCloud, which the clients have built in.
  std::string name = "Rookery";

  // host:port of the gateway, which clients call by https.
  std::string gateway;

  // What follows `{account}.blob.` in the names of the hosts that keep artifacts, port included.
  std::string storage_suffix;
};

// What tokens are asked for and are good for: the gateway's URI, without a slash at its end.
std::string GatewayUri(const Cloud& cloud);

// The answer to GET /metadata/endpoints.
std::string MetadataDocument(const Cloud& cloud);

}  // namespace rookery::loopback_cloud
