#include "libs/http/request_body.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/http/coroutine.h"

namespace rookery::http {
namespace {

using std::chrono::steady_clock;

constexpr size_t kSmallFillBytes = 16 * 1024;
constexpr size_t kPieceBytes = 256 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

RequestBody::RequestBody(Stream& stream, boost::beast::flat_buffer& buffer, RequestParser& parser,
                         bool expects_continue, std::chrono::nanoseconds progress_timeout)
    : stream_(stream),
      buffer_(buffer),
      parser_(parser),
      progress_timeout_(progress_timeout),
      awaits_continue_(expects_continue && !parser.done() && buffer.size() == 0),
      may_send_continue_(awaits_continue_),
      fill_bytes_(kSmallFillBytes) {}

void RequestBody::LimitTo(uint64_t bytes) { limit_ = bytes; }

asio::awaitable<StatusOr<std::string_view>> RequestBody::Read() {
  if (!failure_.ok()) co_return failure_;
  StatusOr<std::string_view> piece = co_await ReadPiece();
  if (!piece.ok()) failure_ = piece.status();
  co_return piece;
}

asio::awaitable<StatusOr<std::string_view>> RequestBody::ReadPiece() {
  const std::optional<uint64_t> length = parser_.head().content_length;
  if (length.has_value() && *length > limit_) {
    co_return absl::ResourceExhaustedError(
        fmt::format("the body of {} bytes is longer than the limit of {}", *length, limit_));
  }
  while (!parser_.done()) {
    const auto bytes = buffer_.data();
    std::string_view piece;
    CO_ASSIGN_OR_RETURN(
        const size_t taken,
        parser_.TakeBody({static_cast<const char*>(bytes.data()), bytes.size()}, &piece));
    // What is consumed stays where it is until the buffer is filled again.
    buffer_.consume(taken);
    read_bytes_ += piece.size();
    if (read_bytes_ > limit_) {
      co_return absl::ResourceExhaustedError(
          fmt::format("the body is longer than the limit of {} bytes", limit_));
    }
    if (!piece.empty()) co_return piece;
    if (taken == 0) CO_RETURN_IF_ERROR(co_await Fill());
  }
  stream_.ResumeWatch();
  co_return std::string_view();
}

asio::awaitable<Status> RequestBody::Fill() {
  if (may_send_continue_) {
    may_send_continue_ = false;
    CO_RETURN_IF_ERROR(co_await stream_.Write(PiecesOf(kContinue), progress_timeout_));
    awaits_continue_ = false;
  }
  size_t want = buffer_.size() < fill_bytes_ ? fill_bytes_ - buffer_.size() : kSmallFillBytes;
  if (const auto length = parser_.head().content_length; length.has_value()) {
    want = std::min<uint64_t>(want, *length - read_bytes_);
  }
  const auto room = buffer_.prepare(want);
  CO_ASSIGN_OR_RETURN(
      const size_t got,
      co_await stream_.ReadSome(room, std::min(latest_, steady_clock::now() + progress_timeout_)));
  if (got == 0) {
    co_return absl::CancelledError("the client closed the connection in the middle of the body");
  }
  buffer_.commit(got);
  awaits_continue_ = false;
  // Slow uploads never need the large buffer.
  if (got == want && fill_bytes_ < kPieceBytes) {
    fill_bytes_ = kPieceBytes;
    buffer_.reserve(kPieceBytes);
  }
  co_return absl::OkStatus();
}

bool RequestBody::WorthDraining(uint64_t bytes) const {
  if (at_end()) return true;
  if (awaits_continue_ || !failure_.ok()) return false;
  const std::optional<uint64_t> length = parser_.head().content_length;
  return !length.has_value() || *length - read_bytes_ <= bytes;
}

asio::awaitable<bool> RequestBody::Drain(uint64_t bytes, std::chrono::nanoseconds patience) {
  if (!WorthDraining(bytes)) co_return false;
  latest_ = steady_clock::now() + patience;
  LimitTo(read_bytes_ + bytes);
  while (!at_end()) {
    if (const auto piece = co_await Read(); !piece.ok()) co_return false;
    if (steady_clock::now() >= latest_) co_return false;
  }
  co_return true;
}

}  // namespace rookery::http
