#include "services/artifact/artifact.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "libs/base/small_file.h"
#include "libs/rpc/executor.h"
#include "services/artifact/artifact_service.h"
#include "services/artifact/store/disk_metrics.h"
#include "services/artifact/store/local_blob_store.h"

namespace rookery::artifact {
namespace {

constexpr char kSigningKeyName[] = ".rookery-signing-key";

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

// All servers that share the folder find the same key in it.
StatusOr<SigningKeys> OpenKeys(const std::string& file, const std::string& folder) {
  const std::string path = file.empty() ? fmt::format("{}/{}", folder, kSigningKeyName) : file;
  const auto lines =
      file.empty() ? ReadOrMakePrivateFile(path, SigningKeys::NewLine) : ReadSmallFile(path);
  RETURN_IF_ERROR(lines);
  auto keys = SigningKeys::Parse(*lines);
  if (!keys.ok()) return Prefixed(fmt::format("Cannot use '{}': ", path), keys.status());
  return keys;
}

}  // namespace

struct Artifact::Parts {
  Parts(std::unique_ptr<BlobStore> blobs, SigningKeys its_keys, rpc::KnownWorkspaces& workspaces,
        const ArtifactOptions& options, const Clock& clock)
      : store(std::move(blobs)),
        keys(std::move(its_keys)),
        signer(keys, clock),
        executor({.threads = 4, .name = "artifact", .metrics = options.metrics}),
        service(*store, signer, executor, workspaces, options),
        data_plane(*store, signer, executor, options.metrics) {}

  std::unique_ptr<BlobStore> store;
  const SigningKeys keys;
  const UrlSigner signer;
  rpc::Executor executor;
  ArtifactService service;
  const DataPlane data_plane;
};

StatusOr<std::unique_ptr<Artifact>> Artifact::Open(const std::string& destination,
                                                   rpc::KnownWorkspaces& workspaces,
                                                   const ArtifactOptions& options,
                                                   const Clock& clock) {
  ASSIGN_OR_RETURN(const std::string folder, FolderOf(destination));
  ASSIGN_OR_RETURN(auto blobs, LocalBlobStore::OpenAt(folder, clock));
  if (options.metrics != nullptr) AddDiskMetrics(options.metrics, folder);
  ASSIGN_OR_RETURN(SigningKeys keys, OpenKeys(options.url_signing_key, folder));
  return std::unique_ptr<Artifact>(new Artifact(
      std::make_unique<Parts>(std::move(blobs), std::move(keys), workspaces, options, clock)));
}

Artifact::Artifact(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Artifact::~Artifact() = default;

std::vector<grpc::Service*> Artifact::services() { return {&parts_->service}; }

const DataPlane& Artifact::data_plane() const { return parts_->data_plane; }

}  // namespace rookery::artifact
