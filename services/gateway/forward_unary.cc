#include <absl/time/clock.h>
#include <fmt/format.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/json_printer.h"
#include "libs/transcode/request_builder.h"
#include "services/gateway/azure/artifact_uris.h"
#include "services/gateway/forward.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

constexpr size_t kMaxArenaBlock = 262'144;

http::asio::awaitable<StatusOr<std::string>> ReadJsonBody(const Forward& forward) {
  if (forward.match.route->body != transcode::Route::Body::kMessage) co_return std::string();
  const http::RequestHead& head = forward.exchange.request();
  CO_RETURN_IF_ERROR(
      transcode::CheckContentType(*forward.match.route, head.headers.Find("Content-Type")));
  auto body = co_await forward.exchange.body().ReadAll(forward.options.max_json_bytes);
  if (absl::IsResourceExhausted(body.status())) {
    co_return BodyTooLarge(forward.options.max_json_bytes);
  }
  co_return body;
}

}  // namespace

http::asio::awaitable<Status> CallUnary(const Forward& forward,
                                        const google::protobuf::MethodDescriptor& rpc,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* response) {
  CO_ASSIGN_OR_RETURN(rpc::MetadataList metadata, MetadataFor(forward));
  const rpc::CallOptions options{std::move(metadata), absl::Now() + forward.options.call_timeout};
  const Status status = co_await http::FromCallback<Status>([&](std::function<void(Status)> done) {
    const rpc::Canceller canceller =
        forward.client.Unary(rpc, options, request, response, std::move(done));
    forward.exchange.OnDisconnect([canceller] { canceller.Cancel(); });
  });
  forward.exchange.OnDisconnect({});
  co_return status;
}

http::asio::awaitable<Status> ForwardUnary(const Forward& forward) {
  CO_ASSIGN_OR_RETURN(const std::string body, co_await ReadJsonBody(forward));
  CO_ASSIGN_OR_RETURN(const auto request, RequestFor(forward, body));
  CO_ASSIGN_OR_RETURN(const std::string workspace, WorkspaceOf(forward));
  ReadArtifactUris(workspace, request.get());
  const auto& rpc = *forward.match.route->rpc;
  // A page of runs is a hundred thousand small objects, which are best made and freed together.
  google::protobuf::ArenaOptions arena_options;
  arena_options.max_block_size = kMaxArenaBlock;
  google::protobuf::Arena arena(arena_options);
  google::protobuf::Message* const response = google::protobuf::MessageFactory::generated_factory()
                                                  ->GetPrototype(rpc.output_type())
                                                  ->New(&arena);
  CO_RETURN_IF_ERROR(co_await CallUnary(forward, rpc, *request, response));
  WriteArtifactUris(forward.exchange.request(), forward.mount, response);
  co_return co_await SendJson(forward.exchange, transcode::PrintJson(*response));
}

}  // namespace rookery::gateway
