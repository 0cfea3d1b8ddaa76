// What all loads need of gRPC.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace rookery::bench {

// A channel with a connection of its own, which is there. Ends the program, with words on stderr,
// if there is none within ten seconds.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// Ends the program, with words on stderr, if a call has failed.
void Must(const grpc::Status& status, const char* what);

}  // namespace rookery::bench
