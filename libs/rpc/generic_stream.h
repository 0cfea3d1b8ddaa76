// The streaming half of GenericClient; nobody else's business.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <memory>
#include <string>

#include "libs/rpc/generic_client.h"

namespace rookery::rpc {

using GenericStub =
    grpc::TemplatedGenericStub<google::protobuf::Message, google::protobuf::Message>;

void Apply(const CallOptions& options, grpc::ClientContext* context);

std::unique_ptr<ClientStream> StartGenericStream(const std::shared_ptr<grpc::Channel>& channel,
                                                 const std::string& method,
                                                 const CallOptions& options);

}  // namespace rookery::rpc
