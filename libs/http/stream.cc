#include "libs/http/stream.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <vector>

#include "libs/http/coroutine.h"
#include "libs/http/message.h"

namespace rookery::http {
namespace {

using asio::ip::tcp;
using Endpoint = asio::generic::stream_protocol::endpoint;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr int kOperationsPerTurn = 8;
constexpr size_t kLingerBufferBytes = 16 * 1024;

std::string AddressOf(const Endpoint& endpoint) {
  const int family = endpoint.protocol().family();
  if (family != AF_INET && family != AF_INET6) return kUnixPeer;
  tcp::endpoint ip;
  std::memcpy(ip.data(), endpoint.data(), std::min(endpoint.size(), ip.capacity()));
  return ip.address().to_string();
}

bool NotReady(const error_code& ec) {
  return ec == asio::error::would_block || ec == asio::error::try_again ||
         ec == asio::error::interrupted;
}

// For a failure of TLS: Session::error() has the reason.
error_code TlsFailed() { return asio::error::connection_aborted; }

size_t Judge(const tls::Outcome& outcome, Socket::wait_type& wait, error_code& ec) {
  switch (outcome.progress) {
    case tls::Progress::kDone:
      ec.clear();
      return outcome.bytes;
    case tls::Progress::kWantsRead:
    case tls::Progress::kWantsWrite:
      wait = outcome.progress == tls::Progress::kWantsRead ? Socket::wait_read : Socket::wait_write;
      ec = asio::error::would_block;
      break;
    case tls::Progress::kEnd:
      ec = asio::error::eof;
      break;
    case tls::Progress::kFailed:
      ec = TlsFailed();
      break;
  }
  return 0;
}

// The first bytes of `pieces`, as many as one record takes: together in `scratch` if they are not
// so already, so that a small response is one record and one system call.
std::string_view OneRecord(const Pieces& pieces,
                           std::array<char, tls::Session::kMaxRecordBytes>& scratch) {
  size_t size = 0;
  for (const asio::const_buffer& piece : pieces) {
    const auto* const data = static_cast<const char*>(piece.data());
    if (size == 0 && piece.size() >= scratch.size()) return {data, scratch.size()};
    const size_t part = std::min(piece.size(), scratch.size() - size);
    if (part > 0) std::memcpy(scratch.data() + size, data, part);
    size += part;
  }
  return {scratch.data(), size};
}

}  // namespace

Stream::Stream(Socket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {
  error_code ec;
  // What fails here fails again, and is reported, at the first read or write.
  if (const auto peer = socket_.remote_endpoint(ec); !ec) remote_address_ = AddressOf(peer);
  socket_.non_blocking(true, ec);
  socket_.set_option(tcp::no_delay(true), ec);
}

Status Stream::FromErrorCode(const error_code& ec) const {
  if (tls_ && ec == TlsFailed()) return absl::CancelledError("TLS failed: " + tls_->error());
  return absl::CancelledError("the client went away: " + ec.message());
}

asio::awaitable<Status> Stream::AcceptTls(const tls::ContextPtr& context, TimePoint deadline) {
  if (closed()) co_return close_reason_;
  tls_ = tls::Session::Accept(context, socket_.native_handle());
  if (!tls_) co_return absl::CancelledError("TLS failed: no session could be made");
  for (;;) {
    if (closed()) co_return close_reason_;
    WaitType wait = Socket::wait_read;
    error_code ec;
    Judge(tls_->Handshake(), wait, ec);
    if (!ec) co_return absl::OkStatus();
    if (!NotReady(ec)) co_return FromErrorCode(ec);
    CO_RETURN_IF_ERROR(co_await Wait(wait, deadline));
  }
}

size_t Stream::TryRead(asio::mutable_buffer into, WaitType& wait, error_code& ec) {
  if (tls_) return ReadRecords(into, wait, ec);
  wait = Socket::wait_read;
  return socket_.read_some(into, ec);
}

size_t Stream::ReadRecords(asio::mutable_buffer into, WaitType& wait, error_code& ec) {
  size_t total = 0;
  for (bool more = true; more;) {
    const tls::Outcome outcome =
        tls_->Read(static_cast<char*>(into.data()) + total, into.size() - total);
    // What stopped it stops the next call, too.
    if (outcome.progress != tls::Progress::kDone && total > 0) break;
    const size_t got = Judge(outcome, wait, ec);
    if (ec) return 0;
    total += got;
    // Behind a full record there may be another; behind others a look would mostly be in vain.
    more = total < into.size() && (got == tls::Session::kMaxRecordBytes || tls_->HasPending());
  }
  ec.clear();
  return total;
}

size_t Stream::TryWrite(const Pieces& pieces, WaitType& wait, error_code& ec) {
  if (tls_) {
    std::array<char, tls::Session::kMaxRecordBytes> scratch;
    return Judge(tls_->Write(OneRecord(pieces, scratch)), wait, ec);
  }
  wait = Socket::wait_write;
  return socket_.write_some(pieces, ec);
}

asio::awaitable<Status> Stream::WaitReadable(TimePoint deadline) {
  // No coroutine, which plain HTTP would have to make for each request.
  return tls_ ? WaitForTls(deadline) : Wait(Socket::wait_read, deadline);
}

asio::awaitable<Status> Stream::WaitForTls(TimePoint deadline) {
  WaitType wait = Socket::wait_read;
  // What TLS has the socket has no more, and what the socket has may be TLS's own.
  for (bool look = tls_ && tls_->HasPending(); tls_; look = true) {
    error_code ec = asio::error::would_block;
    if (look) Judge(tls_->Peek(), wait, ec);
    if (!NotReady(ec)) co_return absl::OkStatus();
    CO_RETURN_IF_ERROR(co_await Wait(wait, deadline));
  }
  co_return close_reason_;
}

error_code Stream::Peek() {
  char byte;
  error_code ec;
  if (tls_) {
    // Nobody asks in the middle of a handshake whether a request has come.
    if (!tls_->established()) return asio::error::would_block;
    WaitType wait = Socket::wait_read;
    Judge(tls_->Peek(), wait, ec);
    return ec;
  }
  socket_.receive(asio::buffer(&byte, 1), Socket::message_peek, ec);
  return ec;
}

bool Stream::HasInput() { return !closed() && !Peek(); }

asio::awaitable<StatusOr<size_t>> Stream::ReadSome(asio::mutable_buffer into, TimePoint deadline) {
  for (;;) {
    if (closed()) co_return close_reason_;
    WaitType wait = Socket::wait_read;
    error_code ec;
    const size_t got = TryRead(into, wait, ec);
    if (!ec) {
      co_await TakeTurns();
      co_return got;
    }
    if (ec == asio::error::eof) co_return size_t{0};
    if (!NotReady(ec)) co_return FromErrorCode(ec);
    CO_RETURN_IF_ERROR(co_await Wait(wait, deadline));
  }
}

asio::awaitable<Status> Stream::Write(Pieces pieces, std::chrono::nanoseconds progress_timeout) {
  for (;;) {
    if (closed()) co_return close_reason_;
    WaitType wait = Socket::wait_write;
    error_code ec;
    size_t taken = TryWrite(pieces, wait, ec);
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
    CO_RETURN_IF_ERROR(co_await Wait(wait, steady_clock::now() + progress_timeout));
  }
}

asio::awaitable<Status> Stream::Wait(WaitType what, TimePoint deadline) {
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
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code&) {
    self->watching_ = false;
    self->LookAtPeer();
  });
}

void Stream::LookAtPeer() {
  if (!on_peer_gone_ || closed()) return;
  const error_code ec = Peek();
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
  // What still comes is of no interest, so it is not decrypted.
  EndTls();
  error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  if (ec) co_return;
  const TimePoint deadline = steady_clock::now() + patience;
  std::vector<char> scratch(kLingerBufferBytes);
  while (steady_clock::now() < deadline) {
    const StatusOr<size_t> got = co_await ReadSome(asio::buffer(scratch), deadline);
    if (!got.ok() || *got == 0) co_return;
  }
}

void Stream::EndTls() {
  if (tls_) tls_->SayEnd();
  tls_.reset();
}

void Stream::Close(Status reason) {
  if (closed()) return;
  close_reason_ = std::move(reason);
  EndTls();
  error_code ec;
  timer_.cancel(ec);
  socket_.close(ec);
  if (on_peer_gone_) asio::post(executor(), [self = shared_from_this()] { self->PeerGone(); });
}

void Stream::Abort(Status reason) {
  // Without a word of its end.
  tls_.reset();
  error_code ec;
  socket_.set_option(asio::socket_base::linger(true, 0), ec);
  Close(std::move(reason));
}

}  // namespace rookery::http
