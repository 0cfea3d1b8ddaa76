#include <absl/strings/numbers.h>
#include <google/api/httpbody.pb.h>

#include <optional>

#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "services/gateway/forward.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

constexpr std::string_view kHttpPrefix = "http-";

struct Head {
  http::ResponseHead head;
  std::optional<uint64_t> content_length;
};

// `http-content-type` in the service's metadata is the header Content-Type, and so on.
Head HeadFrom(const rpc::MetadataList& metadata) {
  Head result;
  result.head.headers = SafetyHeaders();
  for (const auto& [key, value] : metadata) {
    if (!std::string_view(key).starts_with(kHttpPrefix)) continue;
    const std::string name = key.substr(kHttpPrefix.size());
    uint64_t number = 0;
    if (name == "status") {
      if (absl::SimpleAtoi(value, &number)) result.head.status = static_cast<int>(number);
    } else if (name == "content-length") {
      if (absl::SimpleAtoi(value, &number)) result.content_length = number;
    } else {
      result.head.headers.Add(name, value);
    }
  }
  return result;
}

StatusOr<rpc::MetadataList> MetadataWithRange(const Forward& forward) {
  ASSIGN_OR_RETURN(rpc::MetadataList metadata, MetadataFor(forward));
  const auto range = forward.exchange.request().headers.Find("Range");
  if (range && rpc::IsMetadataValue(*range)) metadata.emplace_back("http-range", *range);
  return metadata;
}

http::asio::awaitable<bool> ReadPiece(rpc::ClientStream* stream, google::api::HttpBody* piece) {
  co_return co_await http::FromCallback<bool>(
      [&](std::function<void(bool)> done) { stream->Read(piece, std::move(done)); });
}

}  // namespace

http::asio::awaitable<Status> ForwardDownload(const Forward& forward) {
  CO_ASSIGN_OR_RETURN(const auto request, RequestFor(forward, ""));
  co_return co_await SendDownload(forward, *forward.match.route->rpc, *request);
}

http::asio::awaitable<Status> SendDownload(const Forward& forward,
                                           const google::protobuf::MethodDescriptor& rpc,
                                           const google::protobuf::Message& request) {
  CO_ASSIGN_OR_RETURN(rpc::MetadataList sent, MetadataWithRange(forward));
  const auto stream = forward.client.Stream(rpc, {std::move(sent)});
  co_await http::FromCallback<bool>(
      [&](std::function<void(bool)> done) { stream->Write(request, std::move(done)); });
  stream->WritesDone();
  const auto metadata = co_await http::FromCallback<rpc::MetadataList>(
      [&](std::function<void(rpc::MetadataList)> done) {
        stream->ReadInitialMetadata(std::move(done));
      });
  // The first piece is read before the head is sent: until then an error can still be answered.
  google::api::HttpBody piece;
  bool more = co_await ReadPiece(stream.get(), &piece);
  http::ResponseWriter& response = forward.exchange.response();
  const Head head = HeadFrom(metadata);
  if (more) {
    CO_RETURN_IF_ERROR(co_await response.Start(head.head, head.content_length));
    // For HEAD the head is all; dropping the stream cancels the rest.
    if (forward.exchange.request().method == "HEAD") co_return co_await response.Finish();
  }
  while (more) {
    CO_RETURN_IF_ERROR(co_await response.Write(piece.data()));
    more = co_await ReadPiece(stream.get(), &piece);
  }
  const Status end = co_await http::FromCallback<Status>(
      [&](std::function<void(Status)> done) { stream->Finish(std::move(done)); });
  if (!end.ok() && !response.started() && head.head.status == kRangeNotSatisfiable) {
    const auto size = head.head.headers.Find("Content-Range");
    co_return co_await SendRangeNotSatisfiable(forward.exchange, end,
                                               std::string(size.value_or("")),
                                               forward.call.request_id, forward.mount);
  }
  if (!end.ok()) co_return end;
  if (!response.started()) {
    CO_RETURN_IF_ERROR(co_await response.Start(head.head, head.content_length));
  }
  co_return co_await response.Finish();
}

}  // namespace rookery::gateway
