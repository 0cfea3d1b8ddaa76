// A routed request on its way to the service and back. Each function answers the client, or returns
// an error to be answered with (or logged, if the response has begun).
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "libs/rpc/generic_client.h"
#include "libs/transcode/route_table.h"
#include "services/gateway/azure/mount.h"
#include "services/gateway/gateway.h"

namespace rookery::gateway {

// All are lent, and outlive the call.
struct Forward {
  http::Exchange& exchange;
  // Nothing if the request came in at the root.
  const std::optional<Mount>& mount;
  const transcode::RouteMatch& match;
  rpc::GenericClient& client;
  const GatewayOptions& options;
  const CallContext& call;
};

// JSON, or a query, in; JSON out.
http::asio::awaitable<Status> ForwardUnary(const Forward& forward);

// The same for GetMetricHistory. A whole history, without max_results, is asked for by pages, the
// next while one is sent: so what is held is two pages, however long it is.
http::asio::awaitable<Status> ForwardHistory(const Forward& forward);

// The body in, as a stream of google.api.HttpBody; JSON out.
http::asio::awaitable<Status> ForwardUpload(const Forward& forward);

// A query in; a stream of google.api.HttpBody out. The service's initial metadata fills the head:
// see ArtifactService.DownloadArtifact.
http::asio::awaitable<Status> ForwardDownload(const Forward& forward);

// A query in; a stream of messages out, each as a Server-Sent Event with its JSON, and its field
// `cursor`, if it has one, as the event's id. A header Last-Event-ID takes the place of the
// request's `cursor`. An error that ends the stream is an event `error`. The service says by
// initial metadata (rpc::kAcceptedKey) that it took the request.
http::asio::awaitable<Status> ForwardEvents(const Forward& forward);

// The parts of the above that know no route, for requests that the gateway makes up itself:
// `forward.client` is the one of `rpc`'s service.
http::asio::awaitable<Status> CallUnary(const Forward& forward,
                                        const google::protobuf::MethodDescriptor& rpc,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* response);
// `first` becomes the stream's first message, its field `body` the HTTP body's first piece.
http::asio::awaitable<Status> SendUpload(const Forward& forward,
                                         const google::protobuf::MethodDescriptor& rpc,
                                         google::protobuf::Message* first,
                                         const google::protobuf::FieldDescriptor& body);
http::asio::awaitable<Status> SendDownload(const Forward& forward,
                                           const google::protobuf::MethodDescriptor& rpc,
                                           const google::protobuf::Message& request);

// The mount's workspace, or else the one that the header X-MLFLOW-WORKSPACE names, or else
// `default`. INVALID_ARGUMENT: no workspace can be called so, or mount and header contradict each
// other.
StatusOr<std::string> WorkspaceOf(const Forward& forward);

// The metadata that every forwarded call carries. Errors as WorkspaceOf.
StatusOr<rpc::MetadataList> MetadataFor(const Forward& forward);

// Fills an empty request of the route's RPC from path and query, and from `json_body` if the route
// reads one.
Status FillRequest(const Forward& forward, std::string_view json_body,
                   google::protobuf::Message* request);
// The same with a new one.
StatusOr<std::unique_ptr<google::protobuf::Message>> RequestFor(const Forward& forward,
                                                                std::string_view json_body);

}  // namespace rookery::gateway
