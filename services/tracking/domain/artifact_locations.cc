#include "services/tracking/domain/artifact_locations.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/checks/artifact_host.h"

namespace rookery::tracking {
namespace {

constexpr size_t kMaxLength = 2048;

// Joins with one slash, also where `base` is a bare scheme such as `mlflow-artifacts:/`.
std::string Below(std::string_view base, std::string_view path) {
  return fmt::format("{}{}{}", base, base.ends_with('/') ? "" : "/", path);
}

Status CheckHost(std::string_view location) {
  const size_t end = location.find(':');
  if (end == std::string_view::npos) return absl::OkStatus();
  const std::string scheme = absl::AsciiStrToLower(std::string(location.substr(0, end)));
  std::string_view authority = location.substr(end + 1);
  authority = authority.starts_with("//") ? authority.substr(2) : "";
  authority = authority.substr(0, authority.find('/'));
  if (!ChoosesHost(scheme, authority)) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format(
      "'artifact_location' cannot use the '{}' scheme: it names the host to read from.", scheme));
}

}  // namespace

std::string ArtifactLocations::Root(std::string_view workspace) const {
  const bool at_root = workspace == kDefaultWorkspace || root_.starts_with("mlflow-artifacts:");
  return Below(root_, at_root ? "" : fmt::format("workspaces/{}/", workspace));
}

std::string ArtifactLocations::OfExperiment(std::string_view workspace,
                                            std::string_view experiment_id,
                                            const std::optional<std::string>& own) const {
  return own ? *own : Below(Root(workspace), experiment_id);
}

std::string ArtifactLocations::OfRun(std::string_view workspace, std::string_view experiment_id,
                                     const std::optional<std::string>& own,
                                     std::string_view run_id) const {
  return Below(OfExperiment(workspace, experiment_id, own), fmt::format("{}/artifacts", run_id));
}

std::string ArtifactLocations::OfLoggedModel(std::string_view workspace,
                                             std::string_view experiment_id,
                                             const std::optional<std::string>& own,
                                             std::string_view model_id) const {
  return Below(OfExperiment(workspace, experiment_id, own),
               fmt::format("models/{}/artifacts", model_id));
}

Status CheckArtifactLocation(std::string_view location) {
  if (location.size() > kMaxLength) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid artifact path length. The length of the artifact path cannot be "
                    "greater than {} characters.",
                    kMaxLength));
  }
  if (location.starts_with("runs:")) {
    return absl::InvalidArgumentError(
        fmt::format("Artifact location cannot be a runs:/ URI. Given: '{}'", location));
  }
  RETURN_IF_ERROR(CheckHost(location));
  if (location.find('#') != std::string_view::npos) {
    return absl::InvalidArgumentError("'artifact_location' URL can't include fragments or params.");
  }
  if (location.find('?') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid artifact location '{}': it may not hold '?'.", location));
  }
  const std::vector<std::string> parts = absl::StrSplit(std::string(location), '/');
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid artifact location '{}': it may not hold '..'.", location));
  }
  return absl::OkStatus();
}

}  // namespace rookery::tracking
