#include "services/standalone/options.h"

#include <fmt/format.h>

#include <string_view>

namespace rookery::standalone {

StatusOr<std::string> ArtifactFolder(const std::string& destination) {
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

std::string ArtifactRoot(const ServerOptions& options) {
  if (!options.default_artifact_root.empty()) return options.default_artifact_root;
  return options.serve_artifacts ? "mlflow-artifacts:/" : "./mlruns";
}

}  // namespace rookery::standalone
