#include "services/gateway/views/view.h"

#include "libs/transcode/request_builder.h"
#include "libs/transcode/required.h"
#include "services/gateway/json_body.h"

namespace rookery::gateway {

const google::protobuf::MethodDescriptor& Rpc(const char* full_name) {
  return *google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
}

StatusOr<Forward> ForwardTo(const View& view, const google::protobuf::MethodDescriptor& rpc) {
  const Backends::Backend& backend = view.backends.For(*rpc.service());
  if (backend.client == nullptr) return absl::UnavailableError(backend.why_absent);
  return Forward{view.exchange, view.mount, view.match, *backend.client, view.options, view.call};
}

Status ReadQuery(const View& view, google::protobuf::Message* request) {
  RETURN_IF_ERROR(transcode::BuildRequest(view.match, view.exchange.request().query, "", request));
  return transcode::CheckRequired(*request);
}

http::asio::awaitable<Status> ReadJson(const View& view, google::protobuf::Message* request) {
  CO_ASSIGN_OR_RETURN(
      const std::string body,
      co_await ReadJsonBody(view.exchange, *view.match.route, view.options.max_json_bytes));
  CO_RETURN_IF_ERROR(
      transcode::BuildRequest(view.match, view.exchange.request().query, body, request));
  co_return transcode::CheckRequired(*request);
}

}  // namespace rookery::gateway
