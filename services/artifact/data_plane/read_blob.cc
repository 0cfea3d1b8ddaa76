#include <fmt/format.h>

#include <algorithm>

#include "libs/http/coroutine.h"
#include "services/artifact/data_plane/blob_call.h"
#include "services/artifact/data_plane/blob_error.h"
#include "services/artifact/domain/byte_range.h"
#include "services/artifact/domain/http_head.h"

namespace rookery::artifact {
namespace {

constexpr int64_t kPieceBytes = 512 << 10;

struct OpenBlob {
  std::unique_ptr<BlobReader> reader;
  BlobMetadata metadata;
};

StatusOr<OpenBlob> Open(const BlobCall& call) {
  OpenBlob blob;
  auto reader = call.store.Open(call.key);
  // A folder is no blob.
  if (absl::IsInvalidArgument(reader.status()) || absl::IsNotFound(reader.status())) {
    return BlobError("BlobNotFound", "There is no such blob.");
  }
  RETURN_IF_ERROR(reader);
  blob.reader = *std::move(reader);
  ASSIGN_OR_RETURN(blob.metadata, call.store.Metadata(call.key, blob.reader->info()));
  return blob;
}

// Azure's own header counts before HTTP's.
std::string_view RangeOf(const http::RequestHead& request) {
  if (request.method == "HEAD") return {};
  const auto azure = request.headers.Find("x-ms-range");
  return azure ? *azure : request.headers.Find("Range").value_or("");
}

bool IsUnchanged(const http::Headers& headers, std::string_view etag) {
  return headers.Find("If-None-Match").value_or("") == fmt::format("\"{}\"", etag);
}

// Names what lies in the store, so that a browser takes nothing of it for a page of this server.
http::ResponseHead HeadOf(const BlobCall& call, const OpenBlob& blob, const ByteRange& range) {
  const std::string_view path = call.request.path;
  http::ResponseHead head(range.is_part ? 206 : 200);
  for (const auto& [name, value] :
       HttpHead(path.substr(path.rfind('/') + 1), blob.reader->info(), range)) {
    if (name != "status" && name != "content-length") head.headers.Add(name, value);
  }
  head.headers.Add("x-ms-blob-type", "BlockBlob");
  for (const auto& [name, value] : blob.metadata) head.headers.Add("x-ms-meta-" + name, value);
  return head;
}

http::asio::awaitable<Status> SendPieces(const BlobCall& call, BlobReader& reader, ByteRange left) {
  std::string piece;
  while (left.length > 0) {
    piece.resize(static_cast<size_t>(std::min(kPieceBytes, left.length)));
    CO_ASSIGN_OR_RETURN(const size_t got,
                        co_await OnExecutor(call, [&] { return reader.Read(left.first, piece); }));
    if (got != piece.size()) {
      co_return absl::DataLossError("The file became shorter while it was being read.");
    }
    CO_RETURN_IF_ERROR(co_await call.exchange.response().Write(piece));
    left.first += static_cast<int64_t>(got);
    left.length -= static_cast<int64_t>(got);
  }
  co_return absl::OkStatus();
}

}  // namespace

Status CheckIfMatch(const http::Headers& headers, std::string_view etag) {
  const auto wanted = headers.Find("If-Match");
  if (!wanted || (*wanted == "*" && !etag.empty()) || *wanted == fmt::format("\"{}\"", etag)) {
    return absl::OkStatus();
  }
  return BlobError("ConditionNotMet", "The blob is not the version that If-Match names.");
}

http::asio::awaitable<Status> ReadBlob(const BlobCall& call) {
  const http::RequestHead& request = call.exchange.request();
  CO_ASSIGN_OR_RETURN(const OpenBlob blob, co_await OnExecutor(call, [&] { return Open(call); }));
  const BlobInfo& info = blob.reader->info();
  CO_RETURN_IF_ERROR(CheckIfMatch(request.headers, info.etag));
  if (IsUnchanged(request.headers, info.etag)) {
    http::Response unchanged(304);
    unchanged.headers.Add("ETag", fmt::format("\"{}\"", info.etag));
    co_return co_await call.exchange.response().Send(std::move(unchanged));
  }
  const auto range = SelectRange(RangeOf(request), info.size_bytes);
  if (!range.ok()) {
    co_return WithFact(range.status(), "content-range", UnsatisfiedContentRange(info.size_bytes));
  }
  const http::ResponseHead head = HeadOf(call, blob, *range);
  http::ResponseWriter& response = call.exchange.response();
  CO_RETURN_IF_ERROR(co_await response.Start(head, static_cast<uint64_t>(range->length)));
  if (request.method != "HEAD") {
    CO_RETURN_IF_ERROR(co_await SendPieces(call, *blob.reader, *range));
  }
  co_return co_await response.Finish();
}

}  // namespace rookery::artifact
