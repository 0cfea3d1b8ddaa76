// The bytes of one connection.
#pragma once

#include <utility>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/tls/session.h"

namespace rookery::http {

namespace asio = boost::asio;

// Of TCP, or of a Unix socket.
using Socket = asio::generic::stream_protocol::socket;

// What one write sends, without copying it together.
using Pieces = std::array<asio::const_buffer, 3>;
// (A function because g++ 12 refuses an array as a temporary in a co_await expression.)
inline Pieces PiecesOf(std::string_view first, std::string_view second = {},
                       std::string_view third = {}) {
  return {asio::buffer(first), asio::buffer(second), asio::buffer(third)};
}

// A connected socket with deadlines; the only class that knows what carries the bytes, and whether
// they are encrypted. At most one of its coroutines runs at a time.
//
// Everything, timer and callbacks included, runs on the socket's executor, which must be a strand;
// nothing is thread-safe. Held by shared_ptr because pending operations of Asio hold it. Reads and
// writes are tried at once and wait only when the kernel is not ready: an operation that does not
// wait costs no timer.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Stream(Socket socket);

  asio::any_io_executor executor() { return socket_.get_executor(); }
  // See RequestHead.
  const std::string& remote_address() const { return remote_address_; }
  bool closed() const { return !close_reason_.ok(); }

  // Has TLS carry the bytes from now on. Before any other operation. Errors as below; CANCELLED
  // says why TLS failed.
  asio::awaitable<Status> AcceptTls(const tls::ContextPtr& context, TimePoint deadline);

  // Errors of all three: DEADLINE_EXCEEDED, CANCELLED (the peer reset the connection), or Close's
  // reason. After DEADLINE_EXCEEDED the stream can still be used.
  asio::awaitable<Status> WaitReadable(TimePoint deadline);
  // Whether bytes can be read now.
  bool HasInput();
  // 0 when the peer has ended its side.
  asio::awaitable<StatusOr<size_t>> ReadSome(asio::mutable_buffer into, TimePoint deadline);
  // Writes all pieces. Fails when none of their bytes were taken for `progress_timeout`.
  asio::awaitable<Status> Write(Pieces pieces, std::chrono::nanoseconds progress_timeout);

  // Calls `callback` once when the peer ends its side or the stream is closed; {} ends the watch.
  void WatchPeer(std::function<void()> callback);
  // Whether the watch has seen the peer's end, or the stream is closed.
  bool peer_gone() const { return peer_gone_ || closed(); }
  // Unread bytes end the watch, since what lies behind them cannot be seen; this takes it up again.
  void ResumeWatch();

  // Ends TLS and says that nothing more will be written, then throws away what comes until the peer
  // closes or `patience` ends. Closing at once while bytes are unread would reset the connection,
  // and the peer might lose the response that it has not read yet.
  asio::awaitable<void> Linger(std::chrono::nanoseconds patience);

  // Fails every pending and later operation with `reason`. The first reason stays.
  void Close(Status reason);
  // Closes with a reset, so that the peer cannot take what it got for complete.
  void Abort(Status reason);

 private:
  using WaitType = Socket::wait_type;

  // As the socket's own read_some and write_some, through TLS where there is one. After would_block
  // `wait` says what to wait for.
  size_t TryRead(asio::mutable_buffer into, WaitType& wait, boost::system::error_code& ec);
  size_t TryWrite(const Pieces& pieces, WaitType& wait, boost::system::error_code& ec);
  size_t ReadRecords(asio::mutable_buffer into, WaitType& wait, boost::system::error_code& ec);
  Status FromErrorCode(const boost::system::error_code& ec) const;
  asio::awaitable<Status> Wait(WaitType what, TimePoint deadline);
  asio::awaitable<Status> WaitForTls(TimePoint deadline);
  // No error if there are bytes to read.
  boost::system::error_code Peek();
  // Lets other connections run: called after each operation that did not wait.
  asio::awaitable<void> TakeTurns();
  void SetDeadline(TimePoint deadline);
  void OnTimer();
  void EndTls();
  void StartWatch();
  void LookAtPeer();
  void PeerGone();

  Socket socket_;
  std::string remote_address_;
  std::unique_ptr<tls::Session> tls_;  // Null for plain HTTP, and once the connection has ended.
  Status close_reason_;

  // One timer wait serves many deadlines: it is not moved when a deadline is set later than it
  // ends.
  asio::steady_timer timer_;
  TimePoint deadline_ = TimePoint::max();
  TimePoint timer_ends_ = TimePoint::max();
  bool timed_out_ = false;

  std::function<void()> on_peer_gone_;
  bool watching_ = false;
  bool peer_gone_ = false;
  int operations_without_wait_ = 0;
};

}  // namespace rookery::http
