#include "sidecar/exposure.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

#include "libs/base/host_port.h"

namespace rookery::sidecar {
namespace {

Status MustBeLocal(std::string_view flag, const std::string& address, bool is_meant) {
  if (address.empty() || address.starts_with("unix:")) return absl::OkStatus();
  ASSIGN_OR_RETURN(const HostPort parsed, ParseHostPort(address));
  if (IsLoopback(parsed.host)) return absl::OkStatus();
  if (is_meant) {
    spdlog::warn("{} {} serves other machines, and nobody is asked who he is", flag, address);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(fmt::format(
      "{} {} can be called from other machines, and whoever does would act with this sidecar's "
      "token. Serve an address of the loopback, or, where only friends reach the other one, say "
      "--insecure-allow-unauthenticated.",
      flag, address));
}

}  // namespace

Status MustBeAmongFriends(const SidecarOptions& options) {
  const bool is_meant = options.insecure_allow_unauthenticated;
  RETURN_IF_ERROR(MustBeLocal("--http", options.http, is_meant));
  RETURN_IF_ERROR(MustBeLocal("--https", options.https, is_meant));
  return MustBeLocal("--grpc", options.grpc, is_meant);
}

}  // namespace rookery::sidecar
