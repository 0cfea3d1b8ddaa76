#include "services/gateway/forward.h"

#include <google/protobuf/message.h>

#include "libs/http/coroutine.h"
#include "libs/transcode/request_builder.h"

namespace rookery::gateway {

StatusOr<rpc::MetadataList> MetadataFor(const Forward& forward) {
  rpc::MetadataList metadata = {{"x-request-id", forward.call.request_id},
                                {"traceparent", forward.call.traceparent}};
  if (forward.call.authorization) {
    metadata.emplace_back("authorization", *forward.call.authorization);
  }
  const auto workspace = forward.exchange.request().headers.Find("X-MLFLOW-WORKSPACE");
  if (!workspace || workspace->empty()) return metadata;
  if (!rpc::IsMetadataValue(*workspace)) {
    return absl::InvalidArgumentError("The header X-MLFLOW-WORKSPACE does not name a workspace.");
  }
  metadata.emplace_back("rookery-workspace", *workspace);
  return metadata;
}

StatusOr<std::unique_ptr<google::protobuf::Message>> RequestFor(const Forward& forward,
                                                                std::string_view json_body) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  const auto* prototype = factory->GetPrototype(forward.match.route->rpc->input_type());
  std::unique_ptr<google::protobuf::Message> request(prototype->New());
  RETURN_IF_ERROR(transcode::BuildRequest(forward.match, forward.exchange.request().query,
                                          json_body, request.get()));
  return request;
}

}  // namespace rookery::gateway
