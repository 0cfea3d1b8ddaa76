#include "tests/bench/load/connection.h"

#include <fmt/format.h>

#include <cstdlib>

namespace rookery::bench {

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void Must(const grpc::Status& status, const char* what) {
  if (status.ok()) return;
  fmt::print(stderr, "{}: {} {}\n", what, static_cast<int>(status.error_code()),
             status.error_message());
  std::exit(1);
}

}  // namespace rookery::bench
