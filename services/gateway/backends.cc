#include "services/gateway/backends.h"

#include <utility>

namespace rookery::gateway {

void Backends::Add(const std::vector<const google::protobuf::ServiceDescriptor*>& services,
                   const std::shared_ptr<rpc::GenericClient>& client,
                   const std::string& why_absent) {
  for (const auto* service : services) {
    services_.push_back(service);
    backends_[service] = {client, why_absent};
  }
}

const Backends::Backend& Backends::For(const google::protobuf::ServiceDescriptor& service) const {
  return backends_.at(&service);
}

}  // namespace rookery::gateway
