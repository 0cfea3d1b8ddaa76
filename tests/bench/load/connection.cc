#include "tests/bench/load/connection.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace rookery::bench {
namespace {

constexpr std::chrono::seconds kPatience(10);

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  // gRPC 1.51's first attempt fails now and then where many are made at once; calls would fail with
  // it, while the channel would try again.
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + kPatience)) {
    fmt::print(stderr, "nobody is at {}\n", address);
    std::exit(1);
  }
  return channel;
}

void Must(const grpc::Status& status, const char* what) {
  if (status.ok()) return;
  fmt::print(stderr, "{}: {} {}\n", what, static_cast<int>(status.error_code()),
             status.error_message());
  std::exit(1);
}

}  // namespace rookery::bench
