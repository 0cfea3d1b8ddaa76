// The names of the services that a server is built with.
#pragma once

#include <grpcpp/impl/server_builder_option.h>

#include <memory>
#include <string>
#include <vector>

namespace rookery::rpc {

// An option for grpc::ServerBuilder that, once the server is built, has put the full names of all
// its services into `names` ("rookery.tracking.v1.RunService"): a grpc::Service does not tell its
// own. `names` must outlive the builder.
std::unique_ptr<grpc::ServerBuilderOption> CollectServiceNames(std::vector<std::string>* names);

}  // namespace rookery::rpc
