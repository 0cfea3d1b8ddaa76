// One client's connection.
#pragma once

#include "libs/http/exchange.h"

#include <atomic>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>

#include "libs/http/connection_metrics.h"
#include "libs/http/server_options.h"
#include "libs/http/stream.h"

namespace rookery::http {

class RequestParser;

// What all connections of a server share. Outlives them.
struct ConnectionContext {
  ConnectionContext(ServerOptions its_options, Handler its_handler)
      : options(std::move(its_options)),
        handler(std::move(its_handler)),
        metrics(options.metrics) {}

  const ServerOptions options;
  const Handler handler;
  const ConnectionMetrics metrics;
  // Set once, when the server begins to shut down: no request is begun after those in flight.
  std::atomic<bool> draining = false;
};

// Serves the requests of one connection, one after the other. Run is called once; everything else
// may be called from any thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, ConnectionContext& context);

  // Serves until either side closes. Never throws.
  asio::awaitable<void> Run();
  // Tells the client that the server is full. Instead of Run.
  asio::awaitable<void> TurnAway();

  asio::any_io_executor executor() { return stream_->executor(); }

  // ConnectionContext::draining was set: ends the connection now if no request has begun.
  void Drain();
  // Cuts the connection; the handler, if one runs, learns it from whatever it does next.
  void Close();

 private:
  // True for plain HTTP, or once TLS is agreed on; else the connection must end.
  asio::awaitable<bool> Secure(std::chrono::nanoseconds timeout);
  // Serves one request, of which at least a byte has come. False if the connection must end.
  asio::awaitable<bool> ServeRequest();
  asio::awaitable<bool> ReadHead(RequestParser& parser);
  asio::awaitable<void> Refuse(int status, std::string_view text);
  asio::awaitable<bool> Answer(RequestParser& parser);

  const std::shared_ptr<Stream> stream_;
  ConnectionContext& context_;
  boost::beast::flat_buffer buffer_;
  bool idle_ = false;  // No request has begun: nobody misses the connection.
};

}  // namespace rookery::http
