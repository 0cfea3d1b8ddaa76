// A gRPC server's life cycle.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/tls/server_identity.h"

namespace grpc {
class Channel;
class ChannelArguments;
class Server;
class Service;
}  // namespace grpc

namespace rookery::rpc {

class TlsServerCredentials;

// Has gRPC's own log lines, which repeat what its calls return, written by ours at debug level.
// Has Abseil's mutexes, which gRPC uses throughout, no longer look for deadlocks at each lock:
// Debian builds them so that they do. Called once, by main.
void QuietenGrpc();

struct ServerOptions {
  // `host:port` to listen on, port 0 to have one chosen; absent: in-process channels only.
  std::optional<std::string> address;
  // What the address serves TLS with; null: plain gRPC.
  std::shared_ptr<const tls::ServerIdentity> tls;
  // From a connection's beginning to where it can take calls.
  absl::Duration handshake_timeout = absl::Seconds(10);
  // Larger messages, in and out, are RESOURCE_EXHAUSTED.
  int max_message_bytes = 64 << 20;
  // When a connection is this old, its client is told to make another, which may lead to another
  // replica; calls in flight may end on the old one. For servers of their own: channels within one
  // process are not made again.
  absl::Duration max_connection_age = absl::InfiniteDuration();
};

// Serves until it is shut down or destroyed. Reflection and grpc.health.v1 (for the server as a
// whole, "", and for each service by its full name) are always on. Thread-safe.
class Server {
 public:
  // The services must outlive the server. UNAVAILABLE: the address cannot be listened on.
  static StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                 const std::vector<grpc::Service*>& services);
  ~Server();

  // 0 if the server does not listen.
  int port() const { return port_; }

  // A channel that stays in this process, for unary calls: in gRPC 1.51 a stream over it whose
  // client uses callbacks sometimes never ends (see docs/adr/0006-executors.md).
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // A channel that stays in this process, over a pair of sockets, for streams. One connection that
  // is not made again: it ends with this server. UNAVAILABLE: the process has no file descriptors
  // left.
  StatusOr<std::shared_ptr<grpc::Channel>> StreamingChannel();

  // Its health turns to NOT_SERVING; new calls are UNAVAILABLE; those in flight have `grace` to
  // end, then they are cancelled. Idempotent.
  void Shutdown(absl::Duration grace);

 private:
  Server(std::unique_ptr<TlsServerCredentials> tls, std::unique_ptr<grpc::Server> server, int port,
         int max_message_bytes);

  grpc::ChannelArguments ChannelArguments() const;

  const std::unique_ptr<TlsServerCredentials> tls_;  // Null for plain gRPC. Outlives server_.
  const std::unique_ptr<grpc::Server> server_;
  const int port_;
  const int max_message_bytes_;
};

}  // namespace rookery::rpc
