// A routed request on its way to the service and back. Each function answers the client, or returns
// an error to be answered with (or logged, if the response has begun).
#pragma once

#include <memory>
#include <string>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "libs/rpc/generic_client.h"
#include "libs/transcode/route_table.h"
#include "services/gateway/gateway.h"

namespace rookery::gateway {

// All are lent, and outlive the call.
struct Forward {
  http::Exchange& exchange;
  const transcode::RouteMatch& match;
  rpc::GenericClient& client;
  const GatewayOptions& options;
  const CallContext& call;
};

// JSON, or a query, in; JSON out.
http::asio::awaitable<Status> ForwardUnary(const Forward& forward);

// The body in, as a stream of google.api.HttpBody; JSON out.
http::asio::awaitable<Status> ForwardUpload(const Forward& forward);

// A query in; a stream of google.api.HttpBody out. The service's initial metadata fills the head:
// see ArtifactService.DownloadArtifact.
http::asio::awaitable<Status> ForwardDownload(const Forward& forward);

// The metadata that every forwarded call carries. INVALID_ARGUMENT: a header names no possible
// workspace.
StatusOr<rpc::MetadataList> MetadataFor(const Forward& forward);

// An empty request of the route's RPC, filled from path and query, and from `json_body` if the
// route reads one.
StatusOr<std::unique_ptr<google::protobuf::Message>> RequestFor(const Forward& forward,
                                                                std::string_view json_body);

}  // namespace rookery::gateway
