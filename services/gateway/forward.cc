#include "services/gateway/forward.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include "libs/http/coroutine.h"
#include "libs/transcode/request_builder.h"

namespace rookery::gateway {

namespace {

constexpr char kWorkspaceHeader[] = "X-MLFLOW-WORKSPACE";
// How far a write is to have come when a sidecar answers it; nothing to a server.
constexpr char kAckHeader[] = "Rookery-Ack";

}  // namespace

StatusOr<std::string> WorkspaceOf(const Forward& forward) {
  const std::string_view named =
      forward.exchange.request().headers.Find(kWorkspaceHeader).value_or("");
  if (!rpc::IsMetadataValue(named)) {
    return absl::InvalidArgumentError(
        fmt::format("The header {} does not name a workspace.", kWorkspaceHeader));
  }
  if (!forward.mount) return std::string(named.empty() ? kDefaultWorkspace : named);
  const std::string& mounted = forward.mount->workspace;
  if (!rpc::IsMetadataValue(mounted)) {
    return absl::InvalidArgumentError("The request's path does not name a workspace.");
  }
  if (named.empty() || named == mounted) return mounted;
  return absl::InvalidArgumentError(
      fmt::format("The request's path names the workspace '{}', its header {} the workspace '{}'.",
                  mounted, kWorkspaceHeader, named));
}

StatusOr<rpc::MetadataList> MetadataFor(const Forward& forward) {
  rpc::MetadataList metadata;
  metadata.reserve(5);
  metadata.emplace_back("x-request-id", forward.call.request_id);
  metadata.emplace_back("traceparent", forward.call.traceparent);
  if (forward.call.authorization) {
    metadata.emplace_back("authorization", *forward.call.authorization);
  }
  ASSIGN_OR_RETURN(const std::string workspace, WorkspaceOf(forward));
  if (workspace != kDefaultWorkspace) metadata.emplace_back("rookery-workspace", workspace);
  const auto ack = forward.exchange.request().headers.Find(kAckHeader);
  if (ack && rpc::IsMetadataValue(*ack)) metadata.emplace_back("rookery-ack", *ack);
  return metadata;
}

Status FillRequest(const Forward& forward, std::string_view json_body,
                   google::protobuf::Message* request) {
  return transcode::BuildRequest(forward.match, forward.exchange.request().query, json_body,
                                 request);
}

StatusOr<std::unique_ptr<google::protobuf::Message>> RequestFor(const Forward& forward,
                                                                std::string_view json_body) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  const auto* prototype = factory->GetPrototype(forward.match.route->rpc->input_type());
  std::unique_ptr<google::protobuf::Message> request(prototype->New());
  RETURN_IF_ERROR(FillRequest(forward, json_body, request.get()));
  return request;
}

}  // namespace rookery::gateway
