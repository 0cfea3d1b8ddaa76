// Addresses as people write them: `host:port`, `[::1]:port`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery {

struct HostPort {
  // Without brackets.
  std::string host;
  uint16_t port = 0;
};

// INVALID_ARGUMENT: no host, or no port from 0 to 65535.
StatusOr<HostPort> ParseHostPort(std::string_view text);

// The reverse: an IPv6 address gets its brackets.
std::string JoinHostPort(std::string_view host, int port);

// Whether only this machine reaches what listens there: an address of the loopback, or "localhost".
bool IsLoopback(const std::string& host);

}  // namespace rookery
