// An HTTP/1.1 server.
#pragma once

#include "libs/http/exchange.h"

#include <absl/time/time.h>

#include <cstdint>
#include <memory>

#include "libs/base/status.h"
#include "libs/http/server_options.h"

namespace rookery::http {

// Serves from Listen until Shutdown, on threads of its own. Handlers are coroutines upon those
// threads: a connection takes memory, not a thread. Thread-safe.
class Server {
 public:
  // INVALID_ARGUMENT for options that cannot be; UNAVAILABLE if the address cannot be listened on.
  static StatusOr<std::unique_ptr<Server>> Listen(ServerOptions options, Handler handler);

  // Shuts down without grace if that was not done.
  ~Server();

  uint16_t port() const;
  // Connections that are open now, those being turned away included.
  size_t connections() const;

  // Closes idle connections and answers new ones with 503; lets requests in flight end within
  // `grace` (their responses say "Connection: close"); cuts those that are left; listens no more
  // (two seconds later at most, if there are clients to be told 503). Returns when every handler
  // has returned, which a handler that waits for something else than its client must see to
  // (Exchange::OnDisconnect). Not to be called by a handler.
  void Shutdown(absl::Duration grace);

 private:
  class Listener;
  explicit Server(std::unique_ptr<Listener> listener);

  const std::unique_ptr<Listener> listener_;
};

}  // namespace rookery::http
