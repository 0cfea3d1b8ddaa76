// Which server answers which service.
#pragma once

#include <google/protobuf/descriptor.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/rpc/generic_client.h"

namespace rookery::gateway {

// Built by main, then only read.
class Backends {
 public:
  // The services' routes are served, by calls through `client`. A null client says that the server
  // was started without them: their routes answer 503 with `why_absent`.
  void Add(const std::vector<const google::protobuf::ServiceDescriptor*>& services,
           const std::shared_ptr<rpc::GenericClient>& client, const std::string& why_absent = "");

  const std::vector<const google::protobuf::ServiceDescriptor*>& services() const {
    return services_;
  }

  struct Backend {
    std::shared_ptr<rpc::GenericClient> client;
    std::string why_absent;
  };
  // `service` is one that was added.
  const Backend& For(const google::protobuf::ServiceDescriptor& service) const;

 private:
  std::vector<const google::protobuf::ServiceDescriptor*> services_;
  std::map<const google::protobuf::ServiceDescriptor*, Backend> backends_;
};

}  // namespace rookery::gateway
