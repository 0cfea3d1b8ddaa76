// Runs that loads write into.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

namespace rookery::bench {

// Makes runs in the Default experiment and returns their ids. A failed call ends the program.
std::vector<std::string> MakeRuns(const std::shared_ptr<grpc::Channel>& channel, int count);

}  // namespace rookery::bench
