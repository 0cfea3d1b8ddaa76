// The body of the request that a connection is at.
#pragma once

#include "libs/http/exchange.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>

#include "libs/http/request_parser.h"
#include "libs/http/stream.h"

namespace rookery::http {

// Reads through the connection's buffer, which it makes larger as the body proves large. Lives as
// long as the exchange; runs on the connection's strand.
class RequestBody final : public BodyReader {
 public:
  // `parser` has a head. With `expects_continue` the client may be waiting for "100 Continue".
  RequestBody(Stream& stream, boost::beast::flat_buffer& buffer, RequestParser& parser,
              bool expects_continue, std::chrono::nanoseconds progress_timeout);

  asio::awaitable<StatusOr<std::string_view>> Read() override;
  void LimitTo(uint64_t bytes) override;

  // The final response has begun: it is too late for "100 Continue".
  void ForgoContinue() { may_send_continue_ = false; }

  bool at_end() const { return parser_.done(); }
  // Whether no more than `bytes` seem to be left, so that reading them on is cheaper than a new
  // connection. False if it is open whether the client will send the body at all.
  bool WorthDraining(uint64_t bytes) const;
  // Reads on until the end (true), or until an error, `bytes` or `patience` (false).
  asio::awaitable<bool> Drain(uint64_t bytes, std::chrono::nanoseconds patience);

 private:
  asio::awaitable<StatusOr<std::string_view>> ReadPiece();
  asio::awaitable<Status> Fill();

  Stream& stream_;
  boost::beast::flat_buffer& buffer_;
  RequestParser& parser_;
  const std::chrono::nanoseconds progress_timeout_;
  Stream::TimePoint latest_ = Stream::TimePoint::max();  // No read waits longer than until then.

  bool awaits_continue_;  // Nothing tells yet that the client will send the body.
  bool may_send_continue_;
  uint64_t limit_ = std::numeric_limits<uint64_t>::max();
  uint64_t read_bytes_ = 0;
  size_t fill_bytes_;
  Status failure_;
};

}  // namespace rookery::http
