#include <absl/time/clock.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "libs/rpc/call_arena.h"
#include "libs/transcode/json_printer.h"
#include "libs/transcode/response_printer.h"
#include "services/gateway/azure/artifact_uris.h"
#include "services/gateway/forward.h"
#include "services/gateway/json_body.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

// `call(options, done)` begins the call.
template <typename Call>
http::asio::awaitable<Status> Finish(const Forward& forward, Call call) {
  CO_ASSIGN_OR_RETURN(rpc::MetadataList metadata, MetadataFor(forward));
  const rpc::CallOptions options{std::move(metadata), absl::Now() + forward.options.call_timeout};
  const Status status = co_await http::FromCallback<Status>([&](std::function<void(Status)> done) {
    const rpc::Canceller canceller = call(options, std::move(done));
    // The client is not watched for nothing.
    if (canceller) forward.exchange.OnDisconnect([canceller] { canceller.Cancel(); });
  });
  forward.exchange.OnDisconnect({});
  co_return status;
}

// The answer as the service wrote it, printed in passing.
http::asio::awaitable<StatusOr<std::string>> JsonOfCall(const Forward& forward,
                                                        const google::protobuf::Message& request) {
  const auto& rpc = *forward.match.route->rpc;
  std::string wire;
  CO_RETURN_IF_ERROR(co_await Finish(
      forward, [&](const rpc::CallOptions& options, std::function<void(Status)> done) {
        return forward.client.UnaryBytes(rpc, options, request, &wire, std::move(done));
      }));
  std::string json;
  CO_RETURN_IF_ERROR(transcode::AppendJson(*rpc.output_type(), wire, &json));
  co_return json;
}

}  // namespace

http::asio::awaitable<Status> CallUnary(const Forward& forward,
                                        const google::protobuf::MethodDescriptor& rpc,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* response) {
  return Finish(forward, [&forward, &rpc, &request, response](const rpc::CallOptions& options,
                                                              std::function<void(Status)> done) {
    return forward.client.Unary(rpc, options, request, response, std::move(done));
  });
}

http::asio::awaitable<Status> ForwardUnary(const Forward& forward) {
  CO_ASSIGN_OR_RETURN(const std::string body,
                      co_await ReadJsonBody(forward.exchange, *forward.match.route,
                                            forward.options.max_json_bytes));
  const auto& rpc = *forward.match.route->rpc;
  google::protobuf::Arena arena(rpc::CallArena());
  const auto new_message = [&](const google::protobuf::Descriptor* type) {
    auto* factory = google::protobuf::MessageFactory::generated_factory();
    return factory->GetPrototype(type)->New(&arena);
  };
  google::protobuf::Message* const request = new_message(rpc.input_type());
  CO_RETURN_IF_ERROR(FillRequest(forward, body, request));
  CO_ASSIGN_OR_RETURN(const std::string workspace, WorkspaceOf(forward));
  ReadArtifactUris(workspace, request);
  // Under a mount, artifact URIs may have to be rewritten; of some routes a field is the answer.
  if (!forward.mount && forward.match.route->response_field == nullptr) {
    CO_ASSIGN_OR_RETURN(std::string json, co_await JsonOfCall(forward, *request));
    co_return co_await SendJson(forward.exchange, std::move(json));
  }
  google::protobuf::Message* const response = new_message(rpc.output_type());
  CO_RETURN_IF_ERROR(co_await CallUnary(forward, rpc, *request, response));
  WriteArtifactUris(forward.exchange.request(), forward.mount, response);
  co_return co_await SendJson(forward.exchange,
                              transcode::PrintResponse(*forward.match.route, *response));
}

}  // namespace rookery::gateway
