#include "services/gateway/views/artifact_transfers.h"

#include <rookery/artifact/v1/artifact.pb.h>
#include <rookery/gateway/v1/artifact_transfers.pb.h>

#include <algorithm>
#include <string>

#include "libs/transcode/json_printer.h"
#include "services/gateway/azure/blob_urls.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

using http::asio::awaitable;

// MLflow's server gives as much by default.
constexpr int32_t kDownloadSeconds = 300;

// The listing of the folder that the file lies in knows it.
awaitable<StatusOr<int64_t>> SizeOf(const View& view, const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  artifact::v1::ListArtifactsRequest list;
  if (slash != std::string::npos) list.set_path(path.substr(0, slash));
  auto listing = co_await Ask<artifact::v1::ListArtifactsResponse>(
      view, "rookery.artifact.v1.ArtifactService.ListArtifacts", list);
  if (!listing.ok()) co_return listing.status();
  for (const auto& file : listing->files()) {
    if (file.path() == name && !file.is_dir()) co_return file.file_size();
  }
  co_return absl::NotFoundError("No such artifact: '" + path + "'");
}

}  // namespace

awaitable<Status> CreateArtifactUpload(const View& view) {
  v1::CreateArtifactUploadRequest request;
  CO_RETURN_IF_ERROR(co_await ReadJson(view, &request));
  CO_ASSIGN_OR_RETURN(const std::string base,
                      view.options.blob_urls.BaseFor(view.exchange.request()));
  artifact::v1::CreateMultipartUploadRequest create;
  create.set_artifact_path(request.artifact_path());
  create.set_path(request.path());
  if (request.has_num_parts()) create.set_num_parts(request.num_parts());
  const auto upload = co_await Ask<artifact::v1::CreateMultipartUploadResponse>(
      view, "rookery.artifact.v1.ArtifactService.CreateMultipartUpload", create);
  if (!upload.ok()) co_return upload.status();
  v1::CreateArtifactUploadResponse response;
  response.set_upload_id(upload->upload_id());
  for (const auto& part : upload->parts()) {
    v1::UploadCredential& credential = *response.add_credentials();
    credential.set_url(BlobUrls::Join(base, part.resource(), part.query()));
    credential.set_part_number(part.part_number());
  }
  co_return co_await SendJson(view.exchange, transcode::PrintJson(response));
}

awaitable<Status> GetArtifactDownloadUrl(const View& view) {
  v1::GetArtifactDownloadUrlRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const std::string base,
                      view.options.blob_urls.BaseFor(view.exchange.request()));
  CO_ASSIGN_OR_RETURN(const int64_t size, co_await SizeOf(view, request.path()));
  artifact::v1::SignArtifactUrlsRequest sign;
  sign.add_paths(request.path());
  sign.add_permissions(artifact::v1::URL_PERMISSION_READ);
  sign.set_lifetime_seconds(kDownloadSeconds);
  const auto urls = co_await Ask<artifact::v1::SignArtifactUrlsResponse>(
      view, "rookery.artifact.v1.ArtifactService.SignArtifactUrls", sign);
  if (!urls.ok()) co_return urls.status();
  v1::GetArtifactDownloadUrlResponse response;
  response.set_url(BlobUrls::Join(base, urls->urls(0).resource(), urls->urls(0).query()));
  response.set_file_size(size);
  co_return co_await SendJson(view.exchange, transcode::PrintJson(response));
}

}  // namespace rookery::gateway
