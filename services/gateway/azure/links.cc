#include "services/gateway/azure/links.h"

namespace rookery::gateway {

std::string OwnHost(const http::RequestHead& request) {
  return std::string(request.headers.Find("Host").value_or("localhost"));
}

std::string OwnOrigin(const http::RequestHead& request) { return "https://" + OwnHost(request); }

}  // namespace rookery::gateway
