#include "services/gateway/azure/container_views.h"

#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>
#include <rookery/artifact/v1/artifact.pb.h>
#include <rookery/gateway/v1/azure_artifact.pb.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/percent.h"
#include "libs/transcode/response_printer.h"
#include "services/gateway/azure/container.h"
#include "services/gateway/azure/links.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

using http::asio::awaitable;

constexpr int kPage = 1000;

awaitable<Status> Send(const View& view, const google::protobuf::Message& response) {
  co_return co_await SendJson(view.exchange, transcode::PrintResponse(*view.match.route, response));
}

template <typename Request>
awaitable<StatusOr<Container>> FindContainer(const View& view, const Request& request) {
  if (request.has_run_id()) co_return co_await ContainerOfOwner(view, request.run_id());
  co_return co_await ContainerOf(view, request.origin(), request.container());
}

std::string PathIn(const Container& container, std::string_view path) {
  return path.empty() ? container.root : fmt::format("{}/{}", container.root, path);
}

template <typename Part>
void SetPlace(const Container& container, const std::string& path, Part* part) {
  part->set_origin(container.origin);
  part->set_container(container.name);
  part->set_path(path);
}

v1::ContainerArtifact ArtifactOf(const Container& container, const std::string& path) {
  v1::ContainerArtifact artifact;
  SetPlace(container, path, &artifact);
  artifact.set_artifact_id(fmt::format("{}/{}/{}", container.origin, container.name, path));
  return artifact;
}

// Whether URLs are to be read or to be written with.
enum class Use { kRead, kWrite };

// A URL for each of the container's paths, in their order.
awaitable<StatusOr<std::vector<std::string>>> Sign(const View& view, const Container& container,
                                                   const std::vector<std::string>& paths, Use use) {
  std::vector<std::string> urls;
  if (paths.empty()) co_return urls;
  CO_ASSIGN_OR_RETURN(const std::string base,
                      view.options.blob_urls.BaseFor(view.exchange.request()));
  artifact::v1::SignArtifactUrlsRequest sign;
  for (const std::string& path : paths) sign.add_paths(PathIn(container, path));
  sign.add_permissions(artifact::v1::URL_PERMISSION_READ);
  if (use == Use::kWrite) sign.add_permissions(artifact::v1::URL_PERMISSION_WRITE);
  auto answer = co_await Ask<artifact::v1::SignArtifactUrlsResponse>(
      view, "rookery.artifact.v1.ArtifactService.SignArtifactUrls", sign);
  if (!answer.ok()) co_return answer.status();
  for (const auto& each : answer->urls()) {
    urls.push_back(BlobUrls::Join(base, each.resource(), each.query()));
  }
  if (urls.size() != paths.size()) co_return absl::InternalError("Not all URLs were signed.");
  co_return urls;
}

v1::ContentInformation InformationOf(const Container& container, const std::string& path,
                                     std::string url) {
  v1::ContentInformation information;
  SetPlace(container, path, &information);
  information.set_content_uri(std::move(url));
  return information;
}

void AddWritable(const Container& container, const std::string& path, std::string url,
                 v1::CreateContainerArtifactsResponse* response) {
  (*response->mutable_artifacts())[path] = ArtifactOf(container, path);
  (*response->mutable_artifact_content_information())[path] =
      InformationOf(container, path, std::move(url));
}

awaitable<Status> CreateContainerArtifacts(const View& view) {
  v1::CreateContainerArtifactsRequest request;
  CO_RETURN_IF_ERROR(co_await ReadJson(view, &request));
  if (request.paths_size() > kPage) {
    co_return absl::InvalidArgumentError(
        fmt::format("At most {} paths in one request, not {}.", kPage, request.paths_size()));
  }
  CO_ASSIGN_OR_RETURN(const Container container, co_await FindContainer(view, request));
  std::vector<std::string> paths;
  for (const auto& each : request.paths()) paths.push_back(each.path());
  v1::CreateContainerArtifactsResponse response;
  auto urls = co_await Sign(view, container, paths, Use::kWrite);
  if (urls.ok()) {
    for (size_t i = 0; i < paths.size(); ++i) {
      AddWritable(container, paths[i], std::move((*urls)[i]), &response);
    }
    co_return co_await Send(view, response);
  }
  if (!absl::IsInvalidArgument(urls.status())) co_return urls.status();
  // Which of them it was is told for each alone.
  for (const std::string& path : paths) {
    const std::vector<std::string> one(1, path);
    auto url = co_await Sign(view, container, one, Use::kWrite);
    if (url.ok()) {
      AddWritable(container, path, std::move((*url)[0]), &response);
    } else if (absl::IsInvalidArgument(url.status())) {
      auto& error = *(*response.mutable_errors())[path].mutable_error();
      error.set_code("UserError");
      error.set_message(std::string(url.status().message()));
    } else {
      co_return url.status();
    }
  }
  co_return co_await Send(view, response);
}

using Tree = artifact::v1::ListArtifactTreeResponse;

// Of what begins with `path`, one page. The files' paths are the container's.
awaitable<StatusOr<Tree>> ListTree(const View& view, const Container& container,
                                   const std::string& path, const std::string& token, int limit) {
  artifact::v1::ListArtifactTreeRequest list;
  const std::string root = container.root + "/";
  list.set_prefix(root + path);
  list.set_page_token(token);
  list.set_max_results(limit);
  auto tree =
      co_await Ask<Tree>(view, "rookery.artifact.v1.ArtifactService.ListArtifactTree", list);
  if (!tree.ok()) co_return tree.status();
  for (auto& file : *tree->mutable_files()) file.mutable_path()->erase(0, root.size());
  co_return std::move(*tree);
}

// Where the page after this one is, as the two clients look for it.
template <typename Response>
void SetNext(const View& view, const std::string& token, const std::string& path,
             Response* response) {
  if (token.empty()) return;
  response->set_continuation_token(token);
  const http::RequestHead& head = view.exchange.request();
  std::string link = fmt::format("{}{}?continuationToken={}", OwnOrigin(head),
                                 view.mount ? view.mount->asked : head.path, token);
  if (!path.empty()) link += "&path=" + PercentEncode(path);
  response->set_next_link(std::move(link));
}

awaitable<Status> ListContainerArtifacts(const View& view) {
  v1::ListContainerArtifactsRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const Container container, co_await FindContainer(view, request));
  CO_ASSIGN_OR_RETURN(const Tree tree,
                      co_await ListTree(view, container, "", request.continuation_token(), kPage));
  v1::ListContainerArtifactsResponse response;
  for (const auto& file : tree.files()) {
    v1::ContainerArtifact& artifact = *response.add_value();
    artifact = ArtifactOf(container, file.path());
    artifact.set_etag(file.etag());
    *artifact.mutable_created_time() =
        google::protobuf::util::TimeUtil::MillisecondsToTimestamp(file.last_modified_ms());
  }
  SetNext(view, tree.next_page_token(), "", &response);
  co_return co_await Send(view, response);
}

awaitable<Status> GetContentInformation(const View& view) {
  v1::GetContentInformationRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const Container container, co_await FindContainer(view, request));
  // Of all that begins with a path, the path itself comes first.
  CO_ASSIGN_OR_RETURN(const Tree tree, co_await ListTree(view, container, request.path(), "", 1));
  if (tree.files_size() == 0 || tree.files(0).path() != request.path()) {
    co_return absl::NotFoundError(fmt::format("There is no artifact '{}' in {}/{}.", request.path(),
                                              container.origin, container.name));
  }
  const std::vector<std::string> one(1, request.path());
  CO_ASSIGN_OR_RETURN(auto urls, co_await Sign(view, container, one, Use::kRead));
  v1::GetContentInformationResponse response;
  *response.mutable_information() = InformationOf(container, request.path(), std::move(urls[0]));
  co_return co_await Send(view, response);
}

awaitable<Status> ListContentInformation(const View& view) {
  v1::ListContentInformationRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const Container container, co_await FindContainer(view, request));
  std::string path = request.path();
  while (path.ends_with('/')) path.pop_back();
  CO_ASSIGN_OR_RETURN(const Tree tree, co_await ListTree(view, container, path,
                                                         request.continuation_token(), kPage));
  std::vector<std::string> paths;
  for (const auto& file : tree.files()) {
    // A longer name is no part of a folder.
    const std::string_view rest = std::string_view(file.path()).substr(path.size());
    if (path.empty() || rest.empty() || rest.starts_with('/')) paths.push_back(file.path());
  }
  CO_ASSIGN_OR_RETURN(auto urls, co_await Sign(view, container, paths, Use::kRead));
  v1::ListContentInformationResponse response;
  for (size_t i = 0; i < paths.size(); ++i) {
    *response.add_value() = InformationOf(container, paths[i], std::move(urls[i]));
  }
  SetNext(view, tree.next_page_token(), request.path(), &response);
  co_return co_await Send(view, response);
}

constexpr std::pair<std::string_view, awaitable<Status> (*)(const View&)> kViews[] = {
    {"CreateContainerArtifacts", CreateContainerArtifacts},
    {"ListContainerArtifacts", ListContainerArtifacts},
    {"GetContentInformation", GetContentInformation},
    {"ListContentInformation", ListContentInformation},
};

}  // namespace

awaitable<Status> AnswerAzureArtifactView(const View& view) {
  const std::string& name = view.match.route->rpc->name();
  for (const auto& [rpc, answer] : kViews) {
    if (rpc == name) co_return co_await answer(view);
  }
  co_return absl::UnimplementedError("There is no view for " + name);
}

}  // namespace rookery::gateway
