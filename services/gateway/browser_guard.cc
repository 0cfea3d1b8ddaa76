#include "services/gateway/browser_guard.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>

namespace rookery::gateway {
namespace {

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), text.c_str(), FNM_CASEFOLD) == 0;
  });
}

// `localhost:5000` to `localhost`, `[::1]:5000` to `::1`.
std::string WithoutPort(std::string_view authority) {
  if (authority.starts_with('[')) return std::string(authority.substr(1, authority.find(']') - 1));
  return std::string(authority.substr(0, authority.find(':')));
}

bool IsLocalName(const std::string& name) {
  return http::EqualsIgnoreCase(name, "localhost") ||
         fnmatch("*.localhost", name.c_str(), FNM_CASEFOLD) == 0;
}

bool IsAddress(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool IsLoopback(const std::string& name) {
  return IsLocalName(name) || name == "::1" || (IsAddress(name) && name.starts_with("127."));
}

bool Writes(const http::RequestHead& request) {
  return request.method == "POST" || request.method == "PUT" || request.method == "PATCH" ||
         request.method == "DELETE";
}

}  // namespace

Status BrowserGuard::Check(const http::RequestHead& request) const {
  // No browser comes that way; whoever does names the host as he likes.
  if (request.remote_address == http::kUnixPeer) return absl::OkStatus();
  // Probes call a pod by whatever name they have.
  for (const std::string_view probed : {"/health", "/ready", "/version"}) {
    if (request.path == probed) return absl::OkStatus();
  }
  const std::string_view host = request.headers.Find("Host").value_or("");
  if (!IsAllowedHost(host)) {
    return absl::PermissionDeniedError(
        fmt::format("Invalid Host header - possible DNS rebinding attack detected. If '{}' is a "
                    "name of this server, start it with --allowed-hosts.",
                    host));
  }
  const auto origin = request.headers.Find("Origin");
  if (origin && Writes(request) && !IsAllowedOrigin(*origin, host)) {
    return absl::PermissionDeniedError(fmt::format(
        "Cross-origin request blocked. If pages of '{}' may write to this server, start "
        "it with --cors-allowed-origins.",
        *origin));
  }
  return absl::OkStatus();
}

bool BrowserGuard::IsAllowedHost(std::string_view host) const {
  // Clients of HTTP/1.0 may leave it out; browsers never do.
  if (host.empty()) return true;
  const std::string name = WithoutPort(host);
  return IsLocalName(name) || IsAddress(name) || MatchesAny(options_.allowed_hosts, name) ||
         MatchesAny(options_.allowed_hosts, std::string(host));
}

bool BrowserGuard::IsAllowedOrigin(std::string_view origin, std::string_view host) const {
  const size_t scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // "null": a sandboxed or local page
  const std::string_view authority = origin.substr(scheme_end + 3);
  return http::EqualsIgnoreCase(authority, host) || IsLoopback(WithoutPort(authority)) ||
         MatchesAny(options_.allowed_origins, std::string(origin));
}

}  // namespace rookery::gateway
