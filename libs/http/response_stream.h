// The response that a connection is at.
#pragma once

#include "libs/http/exchange.h"

#include <chrono>

#include "libs/http/request_body.h"
#include "libs/http/stream.h"

namespace rookery::http {

// Frames one response and writes it to the stream. Lives as long as the exchange; runs on the
// connection's strand.
class ResponseStream final : public ResponseWriter {
 public:
  // `must_close` is asked when the head is sent.
  ResponseStream(Stream& stream, const RequestHead& request, RequestBody& body,
                 std::function<bool()> must_close, std::chrono::nanoseconds progress_timeout);

  asio::awaitable<Status> Send(Response response) override;
  asio::awaitable<Status> Start(ResponseHead head, std::optional<uint64_t> content_length) override;
  asio::awaitable<Status> Write(std::string_view data) override;
  asio::awaitable<Status> Finish() override;
  bool started() const override { return state_ != State::kNew; }

  bool finished() const override { return state_ == State::kFinished; }
  int status() const override { return status_; }

  // Whether the client was told that the connection stays open. Only when started.
  bool keep_alive() const { return keep_alive_; }

 private:
  enum class State { kNew, kBody, kFinished, kFailed };
  enum class Framing { kNone, kLength, kChunked, kUntilClose };

  // The head as sent; chooses framing and keep-alive.
  std::string Head(int status, const Headers& headers, bool close,
                   std::optional<uint64_t> content_length);
  asio::awaitable<Status> RefuseHead(Status why);
  asio::awaitable<Status> Put(Pieces pieces, State next);
  Status Fail(Status why);

  Stream& stream_;
  const RequestHead& request_;
  RequestBody& body_;
  const std::function<bool()> must_close_;
  const std::chrono::nanoseconds progress_timeout_;

  State state_ = State::kNew;
  int status_ = 0;
  Framing framing_ = Framing::kNone;
  bool keep_alive_ = false;
  uint64_t missing_bytes_ = 0;  // For kLength: what Start promised and Write has not sent.
};

}  // namespace rookery::http
