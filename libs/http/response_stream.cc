#include "libs/http/response_stream.h"

#include <fmt/format.h>

#include "libs/http/coroutine.h"
#include "libs/http/response_head.h"

namespace rookery::http {

ResponseStream::ResponseStream(Stream& stream, const RequestHead& request, RequestBody& body,
                               std::function<bool()> must_close,
                               std::chrono::nanoseconds progress_timeout)
    : stream_(stream),
      request_(request),
      body_(body),
      must_close_(std::move(must_close)),
      progress_timeout_(progress_timeout) {}

asio::awaitable<Status> ResponseStream::Send(Response response) {
  if (started()) co_return absl::FailedPreconditionError("Send after the response has begun");
  if (Status status = CheckResponseHead(response.status, response.headers); !status.ok()) {
    co_return co_await RefuseHead(std::move(status));
  }
  const std::string head =
      Head(response.status, response.headers, response.close, response.body.size());
  const std::string_view body = framing_ == Framing::kNone ? std::string_view() : response.body;
  co_return co_await Put(PiecesOf(head, body), State::kFinished);
}

asio::awaitable<Status> ResponseStream::Start(ResponseHead head,
                                              std::optional<uint64_t> content_length) {
  if (started()) co_return absl::FailedPreconditionError("Start after the response has begun");
  if (Status status = CheckResponseHead(head.status, head.headers); !status.ok()) {
    co_return co_await RefuseHead(std::move(status));
  }
  const std::string text = Head(head.status, head.headers, head.close, content_length);
  co_return co_await Put(PiecesOf(text), State::kBody);
}

asio::awaitable<Status> ResponseStream::Write(std::string_view data) {
  if (state_ != State::kBody) co_return absl::FailedPreconditionError("Write outside of a body");
  if (data.empty() || framing_ == Framing::kNone) co_return absl::OkStatus();
  if (framing_ == Framing::kChunked) {
    const std::string size = fmt::format("{:x}\r\n", data.size());
    co_return co_await Put(PiecesOf(size, data, "\r\n"), State::kBody);
  }
  if (framing_ == Framing::kLength) {
    if (data.size() > missing_bytes_) {
      co_return Fail(absl::InternalError(
          fmt::format("the body is longer than Start promised: {} bytes where {} were missing",
                      data.size(), missing_bytes_)));
    }
    missing_bytes_ -= data.size();
  }
  co_return co_await Put(PiecesOf(data), State::kBody);
}

asio::awaitable<Status> ResponseStream::Finish() {
  if (state_ != State::kBody) co_return absl::FailedPreconditionError("Finish outside of a body");
  if (framing_ == Framing::kLength && missing_bytes_ > 0) {
    co_return Fail(absl::InternalError(
        fmt::format("the body is {} bytes shorter than Start promised", missing_bytes_)));
  }
  if (framing_ == Framing::kChunked) {
    co_return co_await Put(PiecesOf("0\r\n\r\n"), State::kFinished);
  }
  state_ = State::kFinished;
  co_return absl::OkStatus();
}

std::string ResponseStream::Head(int status, const Headers& headers, bool close,
                                 std::optional<uint64_t> content_length) {
  status_ = status;
  std::string out = StatusAndFields(status, headers);
  const bool has_body = request_.method != "HEAD" && status != 204 && status != 304;
  keep_alive_ = request_.keep_alive && !close && !must_close_();
  if (content_length.has_value()) {
    framing_ = has_body ? Framing::kLength : Framing::kNone;
    missing_bytes_ = *content_length;
    // A 204 has no length; that of a 304 would be the entity's, which the handler rarely knows.
    if (status != 204 && status != 304) {
      AppendField(out, "Content-Length", std::to_string(*content_length));
    }
  } else if (!request_.http_1_0) {
    framing_ = has_body ? Framing::kChunked : Framing::kNone;
    if (status != 204 && status != 304) AppendField(out, "Transfer-Encoding", "chunked");
  } else if (has_body) {
    framing_ = Framing::kUntilClose;
    keep_alive_ = false;
  }
  if (!keep_alive_) {
    AppendField(out, "Connection", "close");
  } else if (request_.http_1_0) {
    AppendField(out, "Connection", "keep-alive");
  }
  return out.append("\r\n");
}

asio::awaitable<Status> ResponseStream::RefuseHead(Status why) {
  status_ = 500;
  const std::string text = PlainResponse(status_, "internal error");
  framing_ = Framing::kNone;
  keep_alive_ = false;
  // The client's error, if any, matters less than the handler's.
  (void)co_await Put(PiecesOf(text), State::kFinished);
  co_return why;
}

asio::awaitable<Status> ResponseStream::Put(Pieces pieces, State next) {
  body_.ForgoContinue();
  // Whatever happens now, the client may have seen a part.
  state_ = State::kFailed;
  CO_RETURN_IF_ERROR(co_await stream_.Write(pieces, progress_timeout_));
  state_ = next;
  co_return absl::OkStatus();
}

Status ResponseStream::Fail(Status why) {
  state_ = State::kFailed;
  return why;
}

}  // namespace rookery::http
