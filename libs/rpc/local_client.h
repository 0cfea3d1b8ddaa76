// Calls of the services of this process.
#pragma once

#include <memory>
#include <vector>

#include "libs/rpc/generic_client.h"

namespace grpc {
class Service;
}

namespace rookery::rpc {

// Calls the unary methods of `services`, as far as they are rpc::Services, where they are, without
// gRPC in between: the same checks, the same executors, the same counts, but none of gRPC's bytes
// and threads. All else, streams above all, goes through `others`. As with a channel, a call
// whose deadline has passed or that is cancelled is answered at once, while the service may still
// be at work; so the messages that it works on are its own.
//
// The services must outlive the calls, and the client the services' work: their executors are to be
// gone before it. A response larger than `max_message_bytes` is RESOURCE_EXHAUSTED, as it is with a
// server whose limit that is.
std::shared_ptr<GenericClient> LocalClient(const std::vector<grpc::Service*>& services,
                                           std::shared_ptr<GenericClient> others,
                                           int max_message_bytes);

}  // namespace rookery::rpc
