// A server's place in the file system.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <string>
#include <utility>

#include "libs/base/status.h"

namespace rookery::http {

// Takes connections of TCP or of a Unix socket.
using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

// Is there from Open to its end, for the owner and his group (mode 0660).
class UnixSocket {
 public:
  // `acceptor`, which is closed, listens there. A socket at which nobody listens any more is
  // replaced. UNAVAILABLE: somebody listens there, it is something else, or cannot be made.
  static StatusOr<UnixSocket> Open(const std::string& path, Acceptor& acceptor);

  UnixSocket(UnixSocket&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  UnixSocket& operator=(UnixSocket&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~UnixSocket();

 private:
  explicit UnixSocket(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace rookery::http
