// What an answer that is put together from several services' answers works with.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/http/coroutine.h"
#include "libs/http/exchange.h"
#include "libs/transcode/route_table.h"
#include "services/gateway/azure/mount.h"
#include "services/gateway/backends.h"
#include "services/gateway/forward.h"
#include "services/gateway/gateway.h"

namespace rookery::gateway {

// A request on its way. All are lent, and outlive the call. `match` has no route if the path is in
// no proto.
struct View {
  http::Exchange& exchange;
  // Nothing if the request came in at the root.
  const std::optional<Mount>& mount;
  const transcode::RouteMatch& match;
  const Backends& backends;
  const GatewayOptions& options;
  const CallContext& call;
};

// The RPC of this full name (`rookery.tracking.v1.RunService.GetRun`), which is in the binary.
const google::protobuf::MethodDescriptor& Rpc(const char* full_name);

// For calls of this RPC. UNAVAILABLE: the server was started without its service.
StatusOr<Forward> ForwardTo(const View& view, const google::protobuf::MethodDescriptor& rpc);

// Fills `request` from path and query. INVALID_ARGUMENT, in MLflow's words.
Status ReadQuery(const View& view, google::protobuf::Message* request);
// The same from path and JSON body.
http::asio::awaitable<Status> ReadJson(const View& view, google::protobuf::Message* request);

// Calls a unary RPC. Errors as the service gives them.
template <typename Response>
http::asio::awaitable<StatusOr<Response>> Ask(const View& view, const char* rpc_name,
                                              const google::protobuf::Message& request) {
  const google::protobuf::MethodDescriptor& rpc = Rpc(rpc_name);
  CO_ASSIGN_OR_RETURN(const Forward forward, ForwardTo(view, rpc));
  Response response;
  CO_RETURN_IF_ERROR(co_await CallUnary(forward, rpc, request, &response));
  co_return response;
}

}  // namespace rookery::gateway
