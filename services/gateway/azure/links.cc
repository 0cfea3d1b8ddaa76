#include "services/gateway/azure/links.h"

namespace rookery::gateway {

std::string OwnHost(const http::RequestHead& request) {
  return std::string(request.headers.Find("Host").value_or("localhost"));
}

std::string OwnOrigin(const http::RequestHead& request) { return "https://" + OwnHost(request); }

std::string OwnPath(const Mount& mount) {
  // In the place of the prefix stand two segments: /azureml/{family}.
  const size_t rest = mount.path.find('/', mount.path.find('/', 1) + 1);
  return mount.prefix + (rest == mount.path.npos ? "" : mount.path.substr(rest));
}

}  // namespace rookery::gateway
