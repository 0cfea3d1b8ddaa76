#include "libs/base/host_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

namespace rookery {
namespace {

Status NoAddress(std::string_view text) {
  return absl::InvalidArgumentError(
      fmt::format("'{}' is no address. Write host:port, an IPv6 address in brackets.", text));
}

}  // namespace

StatusOr<HostPort> ParseHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return NoAddress(text);
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.find_first_of("[]/ ") != std::string_view::npos ||
      bracketed != (host.find(':') != std::string_view::npos)) {
    return NoAddress(text);
  }
  HostPort result{std::string(host)};
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, result.port);
  if (error != std::errc() || stopped != end) return NoAddress(text);
  return result;
}

std::string JoinHostPort(std::string_view host, int port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

bool IsLoopback(const std::string& host) {
  in6_addr address6{};
  if (inet_pton(AF_INET6, host.c_str(), &address6) == 1) return IN6_IS_ADDR_LOOPBACK(&address6);
  in_addr address{};
  constexpr uint32_t kLoopbackNet = 127;
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) {
    return ntohl(address.s_addr) >> 24 == kLoopbackNet;
  }
  return host == "localhost";
}

}  // namespace rookery
