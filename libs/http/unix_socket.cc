#include "libs/http/unix_socket.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <system_error>

namespace rookery::http {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;

Status Unavailable(const std::string& path, std::string_view why) {
  return absl::UnavailableError(fmt::format("cannot listen at '{}': {}", path, why));
}

bool SomebodyListens(const std::string& path) {
  asio::io_context io;
  stream_protocol::socket socket(io);
  error_code ec;
  socket.connect(stream_protocol::endpoint(path), ec);
  return ec != asio::error::connection_refused;
}

Status ClearWay(const std::string& path) {
  std::error_code ec;
  const auto there = std::filesystem::symlink_status(path, ec);
  if (there.type() == std::filesystem::file_type::not_found) return absl::OkStatus();
  if (there.type() != std::filesystem::file_type::socket) {
    return Unavailable(path, "something else is there");
  }
  if (SomebodyListens(path)) return Unavailable(path, "another process listens there");
  std::filesystem::remove(path, ec);
  return absl::OkStatus();
}

}  // namespace

StatusOr<UnixSocket> UnixSocket::Open(const std::string& path, Acceptor& acceptor) {
  if (path.size() > kMaxPath) {
    return Unavailable(path, fmt::format("a socket's path has {} bytes at most", kMaxPath));
  }
  RETURN_IF_ERROR(ClearWay(path));
  error_code ec;
  const stream_protocol::endpoint endpoint(path);
  acceptor.open(endpoint.protocol(), ec);
  // Nobody may connect before the mode is as it should be.
  if (!ec) acceptor.bind(endpoint, ec);
  if (ec) return Unavailable(path, ec.message());
  UnixSocket socket(path);
  if (chmod(path.c_str(), 0660) != 0) return Unavailable(path, "its mode cannot be set");
  acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return Unavailable(path, ec.message());
  return socket;
}

UnixSocket::~UnixSocket() {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace rookery::http
