#include "services/standalone/devcloud/place.h"

#include <fmt/format.h>

#include "libs/base/host_port.h"

namespace rookery::devcloud {
namespace {

bool IsAddress(const std::string& host) {
  return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

}  // namespace

StatusOr<loopback_cloud::Cloud> CloudOf(const Options& options) {
  ASSIGN_OR_RETURN(const HostPort gateway, ParseHostPort(options.gateway));
  loopback_cloud::Cloud cloud;
  cloud.gateway = JoinHostPort(gateway.host, gateway.port);
  cloud.storage_suffix = options.storage_suffix;
  if (cloud.storage_suffix.empty()) {
    cloud.storage_suffix =
        JoinHostPort(IsAddress(gateway.host) ? "localhost" : gateway.host, gateway.port);
  }
  return cloud;
}

StatusOr<std::vector<std::string>> ServerNames(const loopback_cloud::Cloud& cloud) {
  ASSIGN_OR_RETURN(const HostPort gateway, ParseHostPort(cloud.gateway));
  ASSIGN_OR_RETURN(const HostPort storage, ParseHostPort(cloud.storage_suffix));
  return std::vector<std::string>{
      "localhost", "acct.blob.localhost", "*.blob.localhost",      "127.0.0.1",
      "::1",       gateway.host,          "*.blob." + storage.host};
}

std::string LoopbackUrl(int port) { return fmt::format("http://127.0.0.1:{}", port); }

}  // namespace rookery::devcloud
