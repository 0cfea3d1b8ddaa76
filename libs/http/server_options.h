// How a server behaves.
#pragma once

#include <absl/time/time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "libs/metrics/registry.h"
#include "libs/tls/server_identity.h"

namespace rookery::http {

struct ServerOptions {
  // An IP address, or a name, of whose addresses the first is taken. "::" serves IPv4 too. Port 0
  // takes a free one.
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  // If it is not empty: listens at this Unix socket instead, which the owner and his group may use.
  // What a server left there that has ended is replaced, and nothing else.
  std::string unix_path;
  int threads = 2;

  // Serves HTTPS with these, and no plain HTTP; null: plain HTTP.
  std::shared_ptr<const tls::ServerIdentity> tls;

  // Connections that are served at once. Further ones are told 503 with Retry-After and closed, up
  // to 64 at a time; beyond those nothing is accepted until one ends.
  size_t max_connections = 10'000;

  // Request line and header fields together. Also the limit of a chunk's framing and of the
  // trailers.
  uint32_t max_header_bytes = 64 * 1024;

  // From a connection's beginning to where TLS is agreed on.
  absl::Duration handshake_timeout = absl::Seconds(10);
  // How long a connection may stay without a request.
  absl::Duration idle_timeout = absl::Seconds(75);
  // From a request's first byte to the end of its header.
  absl::Duration header_timeout = absl::Seconds(20);
  // How long a body may stand still before the client counts as too slow; the whole may take for
  // ever.
  absl::Duration body_progress_timeout = absl::Seconds(60);
  absl::Duration write_progress_timeout = absl::Seconds(60);

  // What a handler left unread of a body is read and dropped if it is no longer than this;
  // otherwise the connection closes after the response.
  uint64_t max_drain_bytes = 1 << 20;

  // May be null; outlives the server.
  metrics::Registry* metrics = nullptr;
};

// For Asio and std::: at most a year, so that it can be added to the time that it is now.
inline std::chrono::nanoseconds Chrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(std::min(duration, absl::Hours(24 * 365)));
}

}  // namespace rookery::http
