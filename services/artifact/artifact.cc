#include "services/artifact/artifact.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "libs/rpc/executor.h"
#include "services/artifact/artifact_service.h"
#include "services/artifact/store/local_blob_store.h"

namespace rookery::artifact {
namespace {

StatusOr<std::string> FolderOf(const std::string& destination) {
  std::string_view folder = destination;
  for (const std::string_view prefix : {"file://localhost/", "file:///"}) {
    if (!folder.starts_with(prefix)) continue;
    folder.remove_prefix(prefix.size() - 1);
    return std::string(folder);
  }
  if (folder.empty() || folder.find("://") != std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format(
        "--artifacts-destination '{}' is not a folder. Name a folder or a file:/// URI; cloud "
        "stores are not supported yet.",
        destination));
  }
  return std::string(folder);
}

}  // namespace

struct Artifact::Parts {
  Parts(std::unique_ptr<BlobStore> blobs, rpc::KnownWorkspaces& workspaces,
        const ArtifactOptions& options)
      : store(std::move(blobs)),
        executor({.threads = 4, .name = "artifact", .metrics = options.metrics}),
        service(*store, executor, workspaces, options) {}

  std::unique_ptr<BlobStore> store;
  rpc::Executor executor;
  ArtifactService service;
};

StatusOr<std::unique_ptr<Artifact>> Artifact::Open(const std::string& destination,
                                                   rpc::KnownWorkspaces& workspaces,
                                                   const ArtifactOptions& options,
                                                   const Clock& clock) {
  ASSIGN_OR_RETURN(const std::string folder, FolderOf(destination));
  ASSIGN_OR_RETURN(auto blobs, LocalBlobStore::OpenAt(folder, clock));
  return std::unique_ptr<Artifact>(
      new Artifact(std::make_unique<Parts>(std::move(blobs), workspaces, options)));
}

Artifact::Artifact(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Artifact::~Artifact() = default;

std::vector<grpc::Service*> Artifact::services() { return {&parts_->service}; }

}  // namespace rookery::artifact
