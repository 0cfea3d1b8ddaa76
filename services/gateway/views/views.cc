#include "services/gateway/views/views.h"

#include <string_view>
#include <utility>

#include "services/gateway/azure/container_views.h"
#include "services/gateway/azure/workspace_views.h"
#include "services/gateway/views/artifact_transfers.h"
#include "services/gateway/views/artifact_views.h"

namespace rookery::gateway {
namespace {

using Answer = http::asio::awaitable<Status> (*)(const View&);

// No coroutine: g++ 12 miscompiles a choice within co_await (libs/http/README.md).
http::asio::awaitable<Status> AnswerArtifactTransfer(const View& view) {
  const bool uploads = view.match.route->rpc->name() == "CreateArtifactUpload";
  return uploads ? CreateArtifactUpload(view) : GetArtifactDownloadUrl(view);
}

constexpr std::pair<std::string_view, Answer> kServices[] = {
    {"rookery.gateway.v1.ArtifactTransferService", AnswerArtifactTransfer},
    {"rookery.gateway.v1.ArtifactViewService", AnswerArtifactView},
    {"rookery.gateway.v1.AzureArtifactService", AnswerAzureArtifactView},
    {"rookery.gateway.v1.AzureWorkspaceService", AnswerAzureWorkspaceView},
};

Answer Find(const google::protobuf::ServiceDescriptor& service) {
  for (const auto& [name, answer] : kServices) {
    if (name == service.full_name()) return answer;
  }
  return nullptr;
}

}  // namespace

bool IsView(const google::protobuf::ServiceDescriptor& service) { return Find(service) != nullptr; }

http::asio::awaitable<Status> AnswerView(const View& view) {
  co_return co_await Find (*view.match.route->rpc->service())(view);
}

}  // namespace rookery::gateway
