#include <fmt/format.h>

#include "libs/http/coroutine.h"
#include "services/artifact/data_plane/blob_call.h"
#include "services/artifact/data_plane/blob_error.h"
#include "services/artifact/data_plane/blob_xml.h"
#include "services/artifact/data_plane/body_intake.h"
#include "services/artifact/domain/http_head.h"

namespace rookery::artifact {
namespace {

// What is there now: the version that was just made, or a later one.
StatusOr<BlobInfo> InfoOf(const BlobCall& call) {
  ASSIGN_OR_RETURN(const auto blob, call.store.Open(call.key));
  return blob->info();
}

// If-None-Match says only "not if it is there", which Azure's upload of runs always says, and
// MLflow logs what is there again: it is let through (docs/adr/0027-signed-urls.md).
Status CheckMayReplace(const BlobCall& call) {
  const http::Headers& headers = call.exchange.request().headers;
  if (!headers.Find("If-Match")) return absl::OkStatus();
  const auto info = InfoOf(call);
  if (absl::IsNotFound(info.status())) return CheckIfMatch(headers, "");
  RETURN_IF_ERROR(info);
  return CheckIfMatch(headers, info->etag);
}

// After the blob is in its place.
StatusOr<BlobInfo> Note(const BlobCall& call, const BlobMetadata& metadata) {
  if (!metadata.empty()) RETURN_IF_ERROR(call.store.SetMetadata(call.key, metadata));
  return InfoOf(call);
}

http::asio::awaitable<Status> Answer(const BlobCall& call, int status, const BlobInfo& info) {
  http::Response response(status);
  response.headers.Add("ETag", fmt::format("\"{}\"", info.etag));
  response.headers.Add("Last-Modified", HttpDate(info.modified));
  co_return co_await call.exchange.response().Send(std::move(response));
}

Status CheckKind(const http::Headers& headers) {
  const std::string_view type = headers.Find("x-ms-blob-type").value_or("BlockBlob");
  if (!http::EqualsIgnoreCase(type, "BlockBlob")) {
    return BlobError("InvalidHeaderValue", "This server has block blobs alone.");
  }
  // It would become an empty blob.
  if (headers.Find("x-ms-copy-source")) {
    return BlobError("InvalidHeaderValue", "This server copies nothing.");
  }
  return absl::OkStatus();
}

}  // namespace

http::asio::awaitable<Status> PutBlob(const BlobCall& call) {
  const http::Headers& headers = call.exchange.request().headers;
  CO_RETURN_IF_ERROR(CheckKind(headers));
  CO_ASSIGN_OR_RETURN(const BlobMetadata metadata, MetadataFrom(headers));
  CO_ASSIGN_OR_RETURN(auto writer,
                      co_await OnExecutor(call, [&]() -> StatusOr<std::unique_ptr<BlobWriter>> {
                        RETURN_IF_ERROR(CheckMayReplace(call));
                        return call.store.Create(call.key);
                      }));
  BodyIntake intake(call);
  CO_RETURN_IF_ERROR(co_await intake.Take(std::move(writer)));
  CO_ASSIGN_OR_RETURN(const BlobInfo info, co_await OnExecutor(call, [&]() -> StatusOr<BlobInfo> {
                        RETURN_IF_ERROR(CheckMayReplace(call));
                        RETURN_IF_ERROR(intake.writer().Commit());
                        return Note(call, metadata);
                      }));
  co_return co_await Answer(call, 201, info);
}

http::asio::awaitable<Status> PutBlock(const BlobCall& call) {
  CO_RETURN_IF_ERROR(CheckKind(call.exchange.request().headers));
  CO_ASSIGN_OR_RETURN(const std::string block, ParseBlockId(call.request.Query("blockid")));
  CO_ASSIGN_OR_RETURN(auto writer, co_await OnExecutor(call, [&] {
                        return call.store.StageBlock(call.key, block);
                      }));
  BodyIntake intake(call);
  CO_RETURN_IF_ERROR(co_await intake.Take(std::move(writer)));
  CO_RETURN_IF_ERROR(co_await OnExecutor(call, [&] { return intake.writer().Commit(); }));
  http::Response response(201);
  co_return co_await call.exchange.response().Send(std::move(response));
}

http::asio::awaitable<Status> PutBlockList(const BlobCall& call) {
  CO_ASSIGN_OR_RETURN(const BlobMetadata metadata, MetadataFrom(call.exchange.request().headers));
  const auto xml = co_await call.exchange.body().ReadAll(kMaxBlockListBytes);
  if (absl::IsResourceExhausted(xml.status())) {
    co_return BlobError("RequestBodyTooLarge", "The list of blocks is too long.");
  }
  if (!xml.ok()) co_return xml.status();
  CO_ASSIGN_OR_RETURN(const BlobInfo info, co_await OnExecutor(call, [&]() -> StatusOr<BlobInfo> {
                        ASSIGN_OR_RETURN(const auto blocks, ParseBlockList(*xml));
                        RETURN_IF_ERROR(CheckMayReplace(call));
                        RETURN_IF_ERROR(call.store.CommitBlocks(call.key, blocks));
                        return Note(call, metadata);
                      }));
  co_return co_await Answer(call, 201, info);
}

http::asio::awaitable<Status> SetMetadata(const BlobCall& call) {
  CO_ASSIGN_OR_RETURN(const BlobMetadata metadata, MetadataFrom(call.exchange.request().headers));
  CO_ASSIGN_OR_RETURN(const BlobInfo info, co_await OnExecutor(call, [&]() -> StatusOr<BlobInfo> {
                        RETURN_IF_ERROR(CheckMayReplace(call));
                        RETURN_IF_ERROR(call.store.SetMetadata(call.key, metadata));
                        return InfoOf(call);
                      }));
  co_return co_await Answer(call, 200, info);
}

}  // namespace rookery::artifact
