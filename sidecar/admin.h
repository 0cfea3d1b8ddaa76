// What probes, operators and hooks ask a sidecar.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

#include "libs/base/status.h"
#include "libs/http/server.h"
#include "libs/metrics/registry.h"
#include "sidecar/forward/forwarder.h"
#include "sidecar/journal/journal.h"

namespace rookery::sidecar {

// GET /livez      200 while its threads live. The upstream is no part of it.
// GET /readyz     200 while it takes writes.
// GET /startupz   200: it has started.
// GET /metrics    for Prometheus.
// GET /drain      what is still to be sent, as JSON.
// GET or POST /flush?timeout=20s   waits until what is there now is upstream: 200, else 504.
// Serves from Listen to its end. Thread-safe.
class Admin {
 public:
  // All are lent. INVALID_ARGUMENT, UNAVAILABLE: of the address.
  static StatusOr<std::unique_ptr<Admin>> Listen(const std::string& address, Journal& journal,
                                                 Forwarder& forwarder,
                                                 const metrics::Registry& metrics);

  // For example http://127.0.0.1:9464.
  std::string url() const;

  void Shutdown(absl::Duration grace) { server_->Shutdown(grace); }

 private:
  Admin(Journal& journal, Forwarder& forwarder, const metrics::Registry& metrics)
      : journal_(journal), forwarder_(forwarder), metrics_(metrics) {}

  http::asio::awaitable<void> Handle(http::Exchange& exchange) const;
  http::asio::awaitable<http::Response> Flush(const http::RequestHead& request) const;
  http::Response Answer(const http::RequestHead& request) const;
  Status Alive() const;
  Status Ready() const;
  std::string Backlog() const;

  Journal& journal_;
  Forwarder& forwarder_;
  const metrics::Registry& metrics_;
  std::string host_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace rookery::sidecar
