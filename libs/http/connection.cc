#include "libs/http/connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>

#include "libs/base/log.h"
#include "libs/http/request_body.h"
#include "libs/http/request_parser.h"
#include "libs/http/response_head.h"
#include "libs/http/response_stream.h"

namespace rookery::http {
namespace {

using std::chrono::steady_clock;

// Most requests, or all but their bodies. Of this size malloc has some at hand for each thread.
constexpr size_t kFirstFillBytes = 1024;
constexpr size_t kHeadFillBytes = 16 * 1024;
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr auto kDrainTime = std::chrono::seconds(5);
// The places of those who are told that the server is full are few.
constexpr auto kTurnAwayHandshakeTime = std::chrono::seconds(2);
// The client sends the next request to another replica, or here when others have ended.
constexpr char kRetryAfterSeconds[] = "1";

class ServedExchange final : public Exchange {
 public:
  ServedExchange(Stream& stream, const RequestHead& request, RequestBody& body,
                 ResponseStream& response)
      : stream_(stream), request_(request), body_(body), response_(response) {}
  ~ServedExchange() override { stream_.WatchPeer({}); }

  const RequestHead& request() const override { return request_; }
  BodyReader& body() override { return body_; }
  ResponseWriter& response() override { return response_; }
  void OnDisconnect(std::function<void()> callback) override {
    stream_.WatchPeer(std::move(callback));
  }

 private:
  Stream& stream_;
  const RequestHead& request_;
  RequestBody& body_;
  ResponseStream& response_;
};

}  // namespace

Connection::Connection(Socket socket, ConnectionContext& context)
    : stream_(std::make_shared<Stream>(std::move(socket))), context_(context) {}

asio::awaitable<void> Connection::Run() {
  const auto idle_timeout = Chrono(context_.options.idle_timeout);
  try {
    bool keep = co_await Secure(Chrono(context_.options.handshake_timeout));
    while (keep) {
      if (buffer_.size() == 0) {
        if (context_.draining && !stream_->HasInput()) break;
        // Nothing is held for a client that says nothing.
        buffer_.clear();
        buffer_.shrink_to_fit();
        idle_ = true;
        const Status readable = co_await stream_->WaitReadable(steady_clock::now() + idle_timeout);
        idle_ = false;
        if (!readable.ok()) break;
      }
      keep = co_await ServeRequest();
    }
  } catch (const std::exception& e) {
    spdlog::error("http: connection of {} cut: {}", stream_->remote_address(), e.what());
  }
  stream_->Close(absl::UnavailableError("the connection has ended"));
}

asio::awaitable<void> Connection::TurnAway() {
  if (!context_.draining) context_.metrics.too_many.Increment();
  const auto patience = std::min<std::chrono::nanoseconds>(
      Chrono(context_.options.handshake_timeout), kTurnAwayHandshakeTime);
  if (co_await Secure(patience)) {
    co_await Refuse(503, context_.draining ? "the server is shutting down"
                                           : "the server has too many connections");
  }
  stream_->Close(absl::UnavailableError("the connection has ended"));
}

asio::awaitable<bool> Connection::Secure(std::chrono::nanoseconds timeout) {
  if (!context_.options.tls) co_return true;
  const tls::ContextPtr tls = context_.options.tls->current()->context;
  idle_ = true;
  const Status agreed = co_await stream_->AcceptTls(tls, steady_clock::now() + timeout);
  idle_ = false;
  if (agreed.ok()) co_return true;
  if (absl::IsUnavailable(agreed)) co_return false;  // The server is shutting down.
  context_.metrics.no_tls.Increment();
  // Anybody can cause it, so it is no warning.
  spdlog::debug("http: connection of {} refused: {}", stream_->remote_address(),
                std::string(agreed.message()));
  // The peer may still be sending, and is to get OpenSSL's alert.
  if (!absl::IsDeadlineExceeded(agreed)) co_await stream_->Linger(kLingerTime);
  co_return false;
}

void Connection::Drain() {
  asio::post(executor(), [self = shared_from_this()] {
    // A request that has come already is still served.
    if (self->idle_ && !self->stream_->HasInput()) {
      self->stream_->Close(absl::UnavailableError("the server is shutting down"));
    }
  });
}

void Connection::Close() {
  asio::post(executor(), [self = shared_from_this()] {
    self->stream_->Abort(absl::UnavailableError("the server is shutting down"));
  });
}

asio::awaitable<bool> Connection::ServeRequest() {
  RequestParser parser(context_.options.max_header_bytes);
  if (!co_await ReadHead(parser)) co_return false;
  co_return co_await Answer(parser);
}

asio::awaitable<bool> Connection::ReadHead(RequestParser& parser) {
  const auto deadline = steady_clock::now() + Chrono(context_.options.header_timeout);
  for (;;) {
    if (buffer_.size() > 0) {
      const auto bytes = buffer_.data();
      const StatusOr<size_t> taken =
          parser.TakeHead({static_cast<const char*>(bytes.data()), bytes.size()});
      if (!taken.ok()) {
        context_.metrics.malformed.Increment();
        co_await Refuse(parser.error_status(), std::string(taken.status().message()));
        co_return false;
      }
      buffer_.consume(*taken);
      if (parser.has_head()) co_return true;
    }
    const size_t fill = buffer_.size() == 0 ? kFirstFillBytes : kHeadFillBytes;
    const StatusOr<size_t> got = co_await stream_->ReadSome(buffer_.prepare(fill), deadline);
    if (absl::IsDeadlineExceeded(got.status())) {
      context_.metrics.too_slow.Increment();
      co_await Refuse(408, "the header did not come in time");
      co_return false;
    }
    if (!got.ok() || *got == 0) co_return false;
    buffer_.commit(*got);
  }
}

asio::awaitable<void> Connection::Refuse(int status, std::string_view text) {
  Headers extra;
  if (status == 503) extra.Add("Retry-After", kRetryAfterSeconds);
  const std::string response = PlainResponse(status, text, extra);
  const Status written =
      co_await stream_->Write(PiecesOf(response), Chrono(context_.options.write_progress_timeout));
  if (written.ok()) co_await stream_->Linger(kLingerTime);
}

asio::awaitable<bool> Connection::Answer(RequestParser& parser) {
  const ServerOptions& options = context_.options;
  RequestHead& head = parser.head();
  head.remote_address = stream_->remote_address();
  const auto expect = head.headers.Find("Expect");
  const bool expects_continue =
      !head.http_1_0 && expect.has_value() && EqualsIgnoreCase(*expect, "100-continue");
  RequestBody body(*stream_, buffer_, parser, expects_continue,
                   Chrono(options.body_progress_timeout));
  ResponseStream response(
      *stream_, head, body,
      [this, &body] {
        return context_.draining || !body.WorthDraining(context_.options.max_drain_bytes);
      },
      Chrono(options.write_progress_timeout));
  std::string thrown;
  {
    ServedExchange exchange(*stream_, head, body, response);
    try {
      co_await context_.handler(exchange);
    } catch (const std::exception& e) {
      thrown = e.what();
    } catch (...) {
      thrown = "an exception of unknown type";
    }
  }
  if (!thrown.empty()) {
    spdlog::error("http: handler of {} {} threw: {}", head.method, head.path, thrown);
  } else if (!response.started() && !stream_->peer_gone()) {
    spdlog::error("http: handler of {} {} answered nothing", head.method, head.path);
  }
  if (!response.started()) {
    // Its error shows below: the response is not finished.
    (void)co_await response.Send(Response(500, "internal error\n"));
  }
  if (!response.finished()) {
    stream_->Abort(absl::CancelledError("the response was not finished"));
    co_return false;
  }
  const bool drained = co_await body.Drain(options.max_drain_bytes, kDrainTime);
  if (drained && response.keep_alive()) co_return true;
  if (!drained || buffer_.size() > 0 || stream_->HasInput()) co_await stream_->Linger(kLingerTime);
  co_return false;
}

}  // namespace rookery::http
