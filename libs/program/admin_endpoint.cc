#include "libs/program/admin_endpoint.h"

#include <utility>

#include "libs/base/host_port.h"

namespace rookery::program {

StatusOr<std::unique_ptr<AdminEndpoint>> AdminEndpoint::Listen(const std::string& address,
                                                               Pages pages) {
  ASSIGN_OR_RETURN(const HostPort parsed, ParseHostPort(address));
  std::unique_ptr<AdminEndpoint> endpoint(new AdminEndpoint(std::move(pages)));
  endpoint->host_ = parsed.host;
  http::ServerOptions options;
  options.host = parsed.host;
  options.port = parsed.port;
  options.threads = 1;
  options.max_connections = 100;
  ASSIGN_OR_RETURN(
      endpoint->server_,
      http::Server::Listen(
          options,
          [self = endpoint.get()](http::Exchange& exchange) -> http::asio::awaitable<void> {
            // An error means that nobody reads the answer.
            (void)co_await exchange.response().Send(self->Answer(exchange.request()));
          }));
  return endpoint;
}

std::string AdminEndpoint::url() const { return "http://" + JoinHostPort(host_, server_->port()); }

http::Response AdminEndpoint::Answer(const http::RequestHead& request) const {
  if (request.method != "GET" && request.method != "HEAD") return http::Response(405, "only GET\n");
  if (request.path == "/health") return http::Response(200, "OK");
  if (request.path == "/ready") {
    return ready_ ? http::Response(200, "OK") : http::Response(503, "draining\n");
  }
  const auto page = pages_.find(request.path);
  return page == pages_.end() ? http::Response(404, "there is nothing here\n") : page->second();
}

}  // namespace rookery::program
