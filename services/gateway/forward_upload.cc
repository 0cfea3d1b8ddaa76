#include <google/api/httpbody.pb.h>

#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/json_printer.h"
#include "services/gateway/forward.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

// `field` is a google.api.HttpBody.
google::api::HttpBody* RawBody(const google::protobuf::FieldDescriptor& field,
                               google::protobuf::Message* request) {
  return static_cast<google::api::HttpBody*>(
      request->GetReflection()->MutableMessage(request, &field));
}

// Sends the body piece by piece; the first message, which names the path, goes even if there is
// none. False if the service takes no more.
http::asio::awaitable<StatusOr<bool>> SendBody(const Forward& forward,
                                               google::protobuf::Message* request,
                                               const google::protobuf::FieldDescriptor& body,
                                               rpc::ClientStream* stream) {
  google::api::HttpBody* raw = RawBody(body, request);
  const auto type = forward.exchange.request().headers.Find("Content-Type");
  if (type) raw->set_content_type(std::string(*type));
  for (bool first = true;; first = false) {
    CO_ASSIGN_OR_RETURN(const std::string_view piece, co_await forward.exchange.body().Read());
    if (piece.empty() && !first) co_return true;
    raw->set_data(piece.data(), piece.size());
    const bool taken = co_await http::FromCallback<bool>(
        [&](std::function<void(bool)> done) { stream->Write(*request, std::move(done)); });
    if (!taken) co_return false;
    // Only the first message says what does not change.
    request->Clear();
    raw = RawBody(body, request);
  }
}

}  // namespace

http::asio::awaitable<Status> ForwardUpload(const Forward& forward) {
  CO_ASSIGN_OR_RETURN(const auto request, RequestFor(forward, ""));
  const transcode::Route& route = *forward.match.route;
  // The route table has checked that the field is a google.api.HttpBody.
  co_return co_await SendUpload(forward, *route.rpc, request.get(), *route.body_field);
}

http::asio::awaitable<Status> SendUpload(const Forward& forward,
                                         const google::protobuf::MethodDescriptor& rpc,
                                         google::protobuf::Message* first,
                                         const google::protobuf::FieldDescriptor& body) {
  CO_ASSIGN_OR_RETURN(rpc::MetadataList metadata, MetadataFor(forward));
  const auto stream = forward.client.Stream(rpc, {std::move(metadata)});
  // An error here (the client went away) drops the stream, which cancels the upload.
  CO_ASSIGN_OR_RETURN(const bool whole, co_await SendBody(forward, first, body, stream.get()));
  if (whole) stream->WritesDone();
  const std::unique_ptr<google::protobuf::Message> response(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(rpc.output_type())
          ->New());
  co_await http::FromCallback<bool>(
      [&](std::function<void(bool)> done) { stream->Read(response.get(), std::move(done)); });
  CO_RETURN_IF_ERROR(co_await http::FromCallback<Status>(
      [&](std::function<void(Status)> done) { stream->Finish(std::move(done)); }));
  co_return co_await SendJson(forward.exchange, transcode::PrintJson(*response));
}

}  // namespace rookery::gateway
