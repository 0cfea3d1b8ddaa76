#include "services/artifact/data_plane/data_plane.h"

#include <absl/strings/escaping.h>
#include <absl/time/clock.h>
#include <fmt/format.h>

#include <utility>

#include "libs/base/ids.h"
#include "libs/base/log.h"
#include "libs/base/trace.h"
#include "libs/http/coroutine.h"
#include "services/artifact/data_plane/blob_call.h"
#include "services/artifact/data_plane/blob_error.h"
#include "services/artifact/domain/artifact_path.h"

namespace rookery::artifact {
namespace {

constexpr char kRequestIdHeader[] = "x-ms-request-id";

// Adds to every answer what is the same in all.
class NamedExchange final : public http::Exchange, private http::ResponseWriter {
 public:
  NamedExchange(http::Exchange& inner, const CallContext& caller)
      : inner_(inner), caller_(caller) {}

  const http::RequestHead& request() const override { return inner_.request(); }
  http::BodyReader& body() override { return inner_.body(); }
  http::ResponseWriter& response() override { return *this; }
  void OnDisconnect(std::function<void()> callback) override {
    inner_.OnDisconnect(std::move(callback));
  }

 private:
  http::asio::awaitable<Status> Send(http::Response response) override {
    Name(response.headers);
    return inner_.response().Send(std::move(response));
  }
  http::asio::awaitable<Status> Start(http::ResponseHead head,
                                      std::optional<uint64_t> content_length) override {
    Name(head.headers);
    return inner_.response().Start(std::move(head), content_length);
  }
  http::asio::awaitable<Status> Write(std::string_view data) override {
    return inner_.response().Write(data);
  }
  http::asio::awaitable<Status> Finish() override { return inner_.response().Finish(); }
  bool started() const override { return inner_.response().started(); }
  bool finished() const override { return inner_.response().finished(); }
  int status() const override { return inner_.response().status(); }

  void Name(http::Headers& headers) const {
    headers.Add(kRequestIdHeader, caller_.request_id);
    headers.Add("X-Content-Type-Options", "nosniff");
    for (const char* name : {"x-ms-version", "x-ms-client-request-id"}) {
      const auto value = request().headers.Find(name);
      if (value && IsUsableRequestId(*value)) headers.Add(name, std::string(*value));
    }
  }

  http::Exchange& inner_;
  const CallContext& caller_;
};

std::string Printable(std::string_view text) {
  return absl::Utf8SafeCEscape(absl::string_view(text.data(), text.size()));
}

// Never the query: who has the log must not have the signature.
void LogRefusal(const http::RequestHead& head, const CallContext& caller, const Status& status) {
  const LogScope scope(caller);
  spdlog::info("signed URL refused: verb={} path=\"{}\" peer={} reason=\"{}\"",
               Printable(head.method), Printable(head.path), head.remote_address,
               Printable({status.message().data(), status.message().size()}));
}

// Where a blob lies. One that cannot be there is not found, unless it is to be made.
StatusOr<std::string> KeyOf(const BlobRequest& request) {
  auto key = BlobKey(request.container, request.path);
  if (key.ok() || request.operation != BlobOperation::kRead) return key;
  return BlobError("BlobNotFound", "There is no such blob.");
}

http::asio::awaitable<Status> Dispatch(const BlobCall& call) {
  switch (call.request.operation) {
    case BlobOperation::kPutBlob:
      return PutBlob(call);
    case BlobOperation::kPutBlock:
      return PutBlock(call);
    case BlobOperation::kPutBlockList:
      return PutBlockList(call);
    case BlobOperation::kSetMetadata:
      return SetMetadata(call);
    case BlobOperation::kRead:
      return ReadBlob(call);
    case BlobOperation::kList:
      return ListContainer(call);
  }
  std::abort();
}

http::Response AnswerTo(const Status& status) {
  http::Response response = ErrorAnswer(FaultOf(status));
  const auto facts = Facts(status);
  const auto range = facts.find("content-range");
  if (range != facts.end()) response.headers.Add("Content-Range", range->second);
  return response;
}

}  // namespace

http::asio::awaitable<Status> DataPlane::Answer(http::Exchange& plain,
                                                const CallContext& caller) const {
  NamedExchange exchange(plain, caller);
  const absl::Time began = absl::Now();
  Status status;
  const auto request = ParseBlobRequest(exchange.request());
  if (request.ok()) {
    metrics_.Begin(request->operation);
    status = co_await Serve(exchange, caller, *request);
  } else {
    status = request.status();
  }
  http::ResponseWriter& response = exchange.response();
  if (!status.ok() && !response.started()) {
    // An error of this answer means that nobody reads it.
    (void)co_await response.Send(AnswerTo(status));
  }
  if (request.ok()) {
    metrics_.End(request->operation, response.finished() ? response.status() : 0,
                 absl::Now() - began);
  }
  co_return status;
}

http::asio::awaitable<Status> DataPlane::Serve(http::Exchange& exchange, const CallContext& caller,
                                               const BlobRequest& request) const {
  const Status allowed =
      signer_.Check(request.container, request.path, request.access, request.Permission());
  if (!allowed.ok()) {
    LogRefusal(exchange.request(), caller, allowed);
    co_return allowed;
  }
  CallContext own = caller;
  own.workspace = request.container;
  CO_ASSIGN_OR_RETURN(const std::string key, KeyOf(request));
  const BlobCall call{exchange, own, request, key, store_, executor_};
  co_return co_await Dispatch(call);
}

http::asio::awaitable<void> DataPlane::Handle(http::Exchange& exchange) const {
  CallContext caller;
  caller.request_id = NewRequestId();
  caller.traceparent = NewTraceparent();
  const Status status = co_await Answer(exchange, caller);
  const int answered = exchange.response().status();
  const bool failed = !status.ok() && !absl::IsCancelled(status) &&
                      (answered >= 500 || !exchange.response().finished());
  if (!failed) co_return;
  const LogScope scope(caller);
  spdlog::warn("blob: verb={} path=\"{}\" status={} error=\"{}\"", exchange.request().method,
               Printable(exchange.request().path), answered, Printable(status.ToString()));
}

}  // namespace rookery::artifact
