#include <fmt/format.h>

#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/error.h"
#include "libs/transcode/field_value.h"
#include "libs/transcode/json_printer.h"
#include "services/gateway/forward.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

using google::protobuf::Message;

// The field by which a stream is gone on with: of a response an event's id, of a request what a
// browser sends back when it connects again.
const google::protobuf::FieldDescriptor* CursorField(const Message& message) {
  return message.GetDescriptor()->FindFieldByName("cursor");
}

Status TakeLastEventId(const http::RequestHead& head, Message* request) {
  const auto id = head.headers.Find("Last-Event-ID");
  const auto* cursor = CursorField(*request);
  if (!id || id->empty() || cursor == nullptr) return absl::OkStatus();
  const transcode::FieldPath path{nullptr, cursor};
  return transcode::StoreText({request, request->GetReflection(), cursor, path}, *id);
}

std::string EventOf(const Message& message) {
  std::string event;
  if (const auto* cursor = CursorField(message)) {
    event = fmt::format("id: {}\n", message.GetReflection()->GetInt64(message, cursor));
  }
  event += "data: ";
  transcode::AppendJson(message, &event);
  event += "\n\n";
  return event;
}

http::ResponseHead EventsHead() {
  http::ResponseHead head;
  head.headers = SafetyHeaders();
  head.headers.Add("Content-Type", "text/event-stream");
  // What stands between here and the reader shall not wait for more.
  head.headers.Add("Cache-Control", "no-store");
  head.headers.Add("X-Accel-Buffering", "no");
  return head;
}

http::asio::awaitable<Status> EndOf(rpc::ClientStream* stream) {
  co_return co_await http::FromCallback<Status>(
      [&](std::function<void(Status)> done) { stream->Finish(std::move(done)); });
}

}  // namespace

http::asio::awaitable<Status> ForwardEvents(const Forward& forward) {
  CO_ASSIGN_OR_RETURN(const auto request, RequestFor(forward, ""));
  CO_RETURN_IF_ERROR(TakeLastEventId(forward.exchange.request(), request.get()));
  CO_ASSIGN_OR_RETURN(rpc::MetadataList sent, MetadataFor(forward));
  const auto& rpc = *forward.match.route->rpc;
  const std::shared_ptr<rpc::ClientStream> stream = forward.client.Stream(rpc, {std::move(sent)});
  forward.exchange.OnDisconnect([stream] { stream->Cancel(); });
  co_await http::FromCallback<bool>(
      [&](std::function<void(bool)> done) { stream->Write(*request, std::move(done)); });
  stream->WritesDone();
  const auto accepted = co_await http::FromCallback<rpc::MetadataList>(
      [&](std::function<void(rpc::MetadataList)> done) {
        stream->ReadInitialMetadata(std::move(done));
      });
  http::ResponseWriter& response = forward.exchange.response();
  // Without it the call was refused, which a status line can still say.
  if (!accepted.empty()) CO_RETURN_IF_ERROR(co_await response.Start(EventsHead(), std::nullopt));
  // For HEAD the head is all; dropping the stream cancels the rest.
  if (response.started() && forward.exchange.request().method == "HEAD") {
    co_return co_await response.Finish();
  }
  const std::unique_ptr<Message> message(google::protobuf::MessageFactory::generated_factory()
                                             ->GetPrototype(rpc.output_type())
                                             ->New());
  while (co_await http::FromCallback<bool>(
      [&](std::function<void(bool)> done) { stream->Read(message.get(), std::move(done)); })) {
    CO_RETURN_IF_ERROR(co_await response.Write(EventOf(*message)));
  }
  const Status end = co_await EndOf(stream.get());
  forward.exchange.OnDisconnect({});
  if (!response.started()) {
    if (!end.ok()) co_return end;
    CO_RETURN_IF_ERROR(co_await response.Start(EventsHead(), std::nullopt));
  }
  if (!end.ok()) {
    const std::string event =
        fmt::format("event: error\ndata: {}\n\n", transcode::ToHttp(end).body);
    CO_RETURN_IF_ERROR(co_await response.Write(event));
  }
  co_return co_await response.Finish();
}

}  // namespace rookery::gateway
