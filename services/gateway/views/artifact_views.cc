#include "services/gateway/views/artifact_views.h"

#include <rookery/artifact/v1/artifact.pb.h>
#include <rookery/gateway/v1/artifact_views.pb.h>
#include <rookery/registry/v1/model_version.pb.h>
#include <rookery/tracking/v1/logged_model.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include <string_view>
#include <utility>

#include "libs/transcode/json_printer.h"
#include "services/gateway/azure/artifact_uris.h"
#include "services/gateway/reply.h"
#include "services/gateway/views/served_path.h"

namespace rookery::gateway {
namespace {

using http::asio::awaitable;

constexpr uint64_t kMaxUploadBytes = 10 << 20;

// Where the artifacts of each kind of owner are.

template <typename Request>
awaitable<StatusOr<std::string>> RootOfRun(const View& view, const Request& request) {
  tracking::v1::GetRunRequest get;
  get.set_run_id(request.run_id());
  get.set_run_uuid(request.run_uuid());
  auto found = co_await Ask<tracking::v1::GetRunResponse>(
      view, "rookery.tracking.v1.RunService.GetRun", get);
  if (!found.ok()) co_return found.status();
  co_return found->run().info().artifact_uri();
}

awaitable<StatusOr<std::string>> RootOfLoggedModel(const View& view, const std::string& model_id) {
  tracking::v1::GetLoggedModelRequest get;
  get.set_model_id(model_id);
  auto found = co_await Ask<tracking::v1::GetLoggedModelResponse>(
      view, "rookery.tracking.v1.LoggedModelService.GetLoggedModel", get);
  if (!found.ok()) co_return found.status();
  co_return found->model().info().artifact_uri();
}

awaitable<StatusOr<std::string>> RootOfModelVersion(
    const View& view, const v1::GetModelVersionArtifactRequest& request) {
  registry::v1::GetModelVersionDownloadUriRequest get;
  get.set_name(request.name());
  get.set_version(request.version());
  auto found = co_await Ask<registry::v1::GetModelVersionDownloadUriResponse>(
      view, "rookery.registry.v1.ModelVersionService.GetModelVersionDownloadUri", get);
  if (!found.ok()) co_return found.status();
  co_return found->artifact_uri();
}

// What is done with them.

// `response` is one of the List...Response.
template <typename Response>
awaitable<Status> SendListing(const View& view, const std::string& root_uri, std::string path,
                              Response response) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  artifact::v1::ListArtifactsRequest list;
  CO_ASSIGN_OR_RETURN(*list.mutable_path(), ServedPath(root_uri, path));
  auto listing = co_await Ask<artifact::v1::ListArtifactsResponse>(
      view, "rookery.artifact.v1.ArtifactService.ListArtifacts", list);
  if (!listing.ok()) co_return listing.status();
  response.set_root_uri(root_uri);
  response.mutable_files()->Swap(listing->mutable_files());
  if (!path.empty()) {
    for (auto& file : *response.mutable_files()) file.set_path(path + "/" + file.path());
  }
  WriteArtifactUris(view.exchange.request(), view.mount, &response);
  co_return co_await SendJson(view.exchange, transcode::PrintJson(response));
}

awaitable<Status> SendFile(const View& view, const std::string& root_uri, const std::string& path) {
  artifact::v1::DownloadArtifactRequest download;
  CO_ASSIGN_OR_RETURN(*download.mutable_path(), ServedPath(root_uri, path));
  const auto& rpc = Rpc("rookery.artifact.v1.ArtifactService.DownloadArtifact");
  CO_ASSIGN_OR_RETURN(const Forward forward, ForwardTo(view, rpc));
  co_return co_await SendDownload(forward, rpc, download);
}

// The views.

awaitable<Status> ListRunArtifacts(const View& view) {
  v1::ListRunArtifactsRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const std::string root, co_await RootOfRun(view, request));
  co_return co_await SendListing(view, root, request.path(), v1::ListRunArtifactsResponse());
}

awaitable<Status> ListLoggedModelArtifacts(const View& view) {
  v1::ListLoggedModelArtifactsRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const std::string root, co_await RootOfLoggedModel(view, request.model_id()));
  co_return co_await SendListing(view, root, request.artifact_directory_path(),
                                 v1::ListLoggedModelArtifactsResponse());
}

awaitable<Status> GetRunArtifact(const View& view) {
  v1::GetRunArtifactRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const std::string root, co_await RootOfRun(view, request));
  co_return co_await SendFile(view, root, request.path());
}

awaitable<Status> GetModelVersionArtifact(const View& view) {
  v1::GetModelVersionArtifactRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  if (request.presigned()) {
    co_return absl::UnimplementedError(
        "There are no presigned addresses here: the files pass through this server. Ask without "
        "'presigned'.");
  }
  CO_ASSIGN_OR_RETURN(const std::string root, co_await RootOfModelVersion(view, request));
  co_return co_await SendFile(view, root, request.path());
}

awaitable<Status> GetLoggedModelArtifact(const View& view) {
  v1::GetLoggedModelArtifactRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const std::string root, co_await RootOfLoggedModel(view, request.model_id()));
  co_return co_await SendFile(view, root, request.artifact_file_path());
}

awaitable<Status> UploadRunArtifact(const View& view) {
  v1::UploadRunArtifactRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  const http::RequestHead& head = view.exchange.request();
  if (!head.chunked && head.content_length.value_or(0) == 0) {
    co_return absl::InvalidArgumentError("Request must specify data.");
  }
  CO_ASSIGN_OR_RETURN(const std::string root, co_await RootOfRun(view, request));
  artifact::v1::UploadArtifactRequest upload;
  CO_ASSIGN_OR_RETURN(*upload.mutable_path(), ServedPath(root, request.path()));
  const auto& rpc = Rpc("rookery.artifact.v1.ArtifactService.UploadArtifact");
  CO_ASSIGN_OR_RETURN(const Forward forward, ForwardTo(view, rpc));
  view.exchange.body().LimitTo(kMaxUploadBytes);
  const auto& body = *upload.GetDescriptor()->FindFieldByName("body");
  const Status sent = co_await SendUpload(forward, rpc, &upload, body);
  // What the body refuses, it refuses again.
  if (!sent.ok() && absl::IsResourceExhausted((co_await view.exchange.body().Read()).status())) {
    co_return absl::InvalidArgumentError("Artifact size is too large. Max size is 10MB.");
  }
  co_return sent;
}

constexpr std::pair<std::string_view, awaitable<Status> (*)(const View&)> kViews[] = {
    {"ListRunArtifacts", ListRunArtifacts},
    {"ListLoggedModelArtifacts", ListLoggedModelArtifacts},
    {"GetRunArtifact", GetRunArtifact},
    {"GetModelVersionArtifact", GetModelVersionArtifact},
    {"GetLoggedModelArtifact", GetLoggedModelArtifact},
    {"UploadRunArtifact", UploadRunArtifact},
};

}  // namespace

awaitable<Status> AnswerArtifactView(const View& view) {
  const std::string& name = view.match.route->rpc->name();
  for (const auto& [rpc, answer] : kViews) {
    if (rpc == name) co_return co_await answer(view);
  }
  co_return absl::UnimplementedError("There is no view for " + name);
}

}  // namespace rookery::gateway
