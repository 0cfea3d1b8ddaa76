#include "libs/http/stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "libs/http/coroutine.h"

namespace rookery::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr int kOperationsPerTurn = 8;
constexpr size_t kLingerBufferBytes = 16 * 1024;

bool NotReady(const error_code& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again ||
         ec == asio::error::interrupted;
}

Status FromErrorCode(const error_code& ec) {
  return absl::CancelledError("the client went away: " + ec.message());
}

}  // namespace

Stream::Stream(tcp::socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {
  error_code ec;
  // What fails here fails again, and is reported, at the first read or write.
  if (const auto peer = socket_.remote_endpoint(ec); !ec) {
    remote_address_ = peer.address().to_string();
  }
  socket_.non_blocking(true, ec);
  socket_.set_option(tcp::no_delay(true), ec);
}

asio::awaitable<Status> Stream::WaitReadable(TimePoint deadline) {
  return Wait(tcp::socket::wait_read, deadline);
}

asio::awaitable<StatusOr<size_t>> Stream::ReadSome(asio::mutable_buffer into, TimePoint deadline) {
  for (;;) {
    if (closed()) co_return close_reason_;
    error_code ec;
    const size_t got = socket_.read_some(into, ec);
    if (!ec) {
      co_await TakeTurns();
      co_return got;
    }
    if (ec == asio::error::eof) co_return size_t{0};
    if (!NotReady(ec)) co_return FromErrorCode(ec);
    CO_RETURN_IF_ERROR(co_await Wait(tcp::socket::wait_read, deadline));
  }
}

asio::awaitable<Status> Stream::Write(Pieces pieces, std::chrono::nanoseconds progress_timeout) {
  for (;;) {
    if (closed()) co_return close_reason_;
    error_code ec;
    size_t taken = socket_.write_some(pieces, ec);
    if (ec && !NotReady(ec)) co_return FromErrorCode(ec);
    for (asio::const_buffer& piece : pieces) {
      const size_t part = std::min(taken, piece.size());
      piece += part;
      taken -= part;
    }
    if (asio::buffer_size(pieces) == 0) {
      co_await TakeTurns();
      co_return absl::OkStatus();
    }
    if (!ec) continue;
    CO_RETURN_IF_ERROR(
        co_await Wait(tcp::socket::wait_write, steady_clock::now() + progress_timeout));
  }
}

asio::awaitable<Status> Stream::Wait(tcp::socket::wait_type what, TimePoint deadline) {
  if (closed()) co_return close_reason_;
  operations_without_wait_ = 0;
  SetDeadline(deadline);
  error_code ec;
  co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, ec));
  deadline_ = TimePoint::max();
  const bool timed_out = std::exchange(timed_out_, false);
  if (closed()) co_return close_reason_;
  if (!ec) co_return absl::OkStatus();
  if (timed_out) co_return absl::DeadlineExceededError("the client was too slow");
  co_return FromErrorCode(ec);
}

asio::awaitable<void> Stream::TakeTurns() {
  if (++operations_without_wait_ < kOperationsPerTurn) co_return;
  operations_without_wait_ = 0;
  co_await asio::post(asio::use_awaitable);
}

void Stream::SetDeadline(TimePoint deadline) {
  deadline_ = deadline;
  if (timer_ends_ <= deadline) return;
  timer_ends_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([self = shared_from_this()](const error_code& ec) {
    if (!ec) self->OnTimer();
  });
}

void Stream::OnTimer() {
  timer_ends_ = TimePoint::max();
  if (deadline_ == TimePoint::max() || closed()) return;
  if (deadline_ > steady_clock::now()) {
    SetDeadline(deadline_);
    return;
  }
  timed_out_ = true;
  error_code ec;
  socket_.cancel(ec);
}

void Stream::WatchPeer(std::function<void()> callback) {
  on_peer_gone_ = std::move(callback);
  if (closed()) {
    asio::post(executor(), [self = shared_from_this()] { self->PeerGone(); });
    return;
  }
  StartWatch();
}

void Stream::ResumeWatch() { StartWatch(); }

void Stream::StartWatch() {
  if (watching_ || !on_peer_gone_ || closed()) return;
  watching_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code&) {
    self->watching_ = false;
    self->LookAtPeer();
  });
}

void Stream::LookAtPeer() {
  if (!on_peer_gone_ || closed()) return;
  char byte;
  error_code ec;
  socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
  if (!ec) return;
  if (NotReady(ec)) return StartWatch();
  PeerGone();
}

void Stream::PeerGone() {
  peer_gone_ = true;
  if (auto callback = std::exchange(on_peer_gone_, {})) callback();
}

asio::awaitable<void> Stream::Linger(std::chrono::nanoseconds patience) {
  if (closed()) co_return;
  error_code ec;
  socket_.shutdown(tcp::socket::shutdown_send, ec);
  if (ec) co_return;
  const TimePoint deadline = steady_clock::now() + patience;
  std::vector<char> scratch(kLingerBufferBytes);
  while (steady_clock::now() < deadline) {
    const StatusOr<size_t> got = co_await ReadSome(asio::buffer(scratch), deadline);
    if (!got.ok() || *got == 0) co_return;
  }
}

void Stream::Close(Status reason) {
  if (closed()) return;
  close_reason_ = std::move(reason);
  error_code ec;
  timer_.cancel(ec);
  socket_.close(ec);
  if (on_peer_gone_) asio::post(executor(), [self = shared_from_this()] { self->PeerGone(); });
}

void Stream::Abort(Status reason) {
  error_code ec;
  socket_.set_option(asio::socket_base::linger(true, 0), ec);
  Close(std::move(reason));
}

}  // namespace rookery::http
