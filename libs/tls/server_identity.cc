#include "libs/tls/server_identity.h"

#include <fmt/format.h>

#include <condition_variable>
#include <utility>

#include "libs/base/log.h"
#include "libs/tls/server_context.h"

namespace rookery::tls {
namespace {

StatusOr<std::shared_ptr<const ServerKeys>> Load(const ServerFiles& files, ServerPem pem) {
  auto context = NewServerContext(pem);
  if (!context.ok()) {
    const std::string clients =
        files.client_ca.empty() ? "" : fmt::format(" and '{}'", files.client_ca);
    return absl::InvalidArgumentError(fmt::format("Cannot serve TLS with '{}', '{}'{}: {}",
                                                  files.certificates, files.key, clients,
                                                  std::string(context.status().message())));
  }
  const absl::Time expiry = ExpiryOf(**context);
  return std::make_shared<const ServerKeys>(
      ServerKeys{std::move(pem), *std::move(context), expiry});
}

}  // namespace

StatusOr<std::shared_ptr<ServerIdentity>> ServerIdentity::Open(ServerFiles files,
                                                               absl::Duration interval) {
  ASSIGN_OR_RETURN(ServerPem pem, ReadServerPem(files));
  ASSIGN_OR_RETURN(auto keys, Load(files, std::move(pem)));
  std::shared_ptr<ServerIdentity> identity(new ServerIdentity(std::move(files), std::move(keys)));
  identity->watcher_ = std::jthread([self = identity.get(), interval](const std::stop_token& stop) {
    self->Watch(stop, interval);
  });
  return identity;
}

std::shared_ptr<const ServerKeys> ServerIdentity::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void ServerIdentity::Look() {
  const std::lock_guard look(look_mutex_);
  StatusOr<ServerPem> pem = ReadServerPem(files_);
  // Contents, since a Kubernetes Secret changes by a link above the files.
  if (pem.ok() && *pem == current()->pem) {
    problem_.clear();
    return;
  }
  auto keys = pem.ok() ? Load(files_, *std::move(pem)) : pem.status();
  if (!keys.ok()) {
    std::string problem(keys.status().message());
    if (problem != problem_) spdlog::error("tls: the former certificate stays: {}", problem);
    problem_ = std::move(problem);
    return;
  }
  problem_.clear();
  const std::lock_guard lock(mutex_);
  current_ = *std::move(keys);
  spdlog::info("tls: new connections get the new '{}'", files_.certificates);
}

void ServerIdentity::Watch(const std::stop_token& stop, absl::Duration interval) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  for (;;) {
    stopped.wait_for(lock, stop, absl::ToChronoNanoseconds(interval), [] { return false; });
    if (stop.stop_requested()) return;
    Look();
  }
}

}  // namespace rookery::tls
