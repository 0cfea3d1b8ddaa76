#include "sidecar/identity/worker_cloud.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/host_port.h"

namespace rookery::sidecar {
namespace {

bool IsLoopback(const std::string& host) {
  return host.starts_with("127.") || host == "::1" || host == "localhost";
}

}  // namespace

StatusOr<std::unique_ptr<WorkerCloud>> WorkerCloud::Listen(const std::string& address,
                                                           loopback_cloud::Cloud cloud,
                                                           TokenFile& file, const Clock& clock) {
  ASSIGN_OR_RETURN(const HostPort parsed, ParseHostPort(address));
  if (!IsLoopback(parsed.host)) {
    return absl::InvalidArgumentError(
        fmt::format("--identity gives the worker's token to whoever reaches it, and so is served "
                    "on the loopback "
                    "only: '{}' is not of it.",
                    parsed.host));
  }
  std::unique_ptr<WorkerCloud> worker(new WorkerCloud(std::move(cloud), file, clock));
  worker->host_ = parsed.host;
  http::ServerOptions options;
  options.host = parsed.host;
  options.port = parsed.port;
  options.threads = 1;
  options.max_connections = 100;
  ASSIGN_OR_RETURN(worker->server_,
                   http::Server::Listen(options, [self = worker.get()](http::Exchange& exchange) {
                     return self->cloud_.Handle(exchange);
                   }));
  return worker;
}

std::string WorkerCloud::url() const { return "http://" + JoinHostPort(host_, server_->port()); }

}  // namespace rookery::sidecar
