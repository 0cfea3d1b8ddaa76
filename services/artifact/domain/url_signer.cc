#include "services/artifact/domain/url_signer.h"

#include <fmt/format.h>

#include <string>

#include "libs/base/percent.h"
#include "services/artifact/domain/artifact_path.h"

namespace rookery::artifact {
namespace {

constexpr int kMaxPaths = 1000;
constexpr absl::Duration kDefaultLifetime = absl::Hours(1);
constexpr absl::Duration kMaxLifetime = absl::Hours(24 * 7);

bool Has(const v1::SignArtifactUrlsRequest& request, v1::UrlPermission permission) {
  for (const int each : request.permissions()) {
    if (each == permission) return true;
  }
  return false;
}

// In the order in which Azure writes the letters.
StatusOr<std::string> PermissionsOf(const v1::SignArtifactUrlsRequest& request) {
  for (const int each : request.permissions()) {
    if (!v1::UrlPermission_IsValid(each) || each == v1::URL_PERMISSION_UNSPECIFIED) {
      return absl::InvalidArgumentError(fmt::format("There is no permission {}.", each));
    }
  }
  std::string letters;
  if (Has(request, v1::URL_PERMISSION_READ)) letters += kMayRead;
  // Azure's clients look for the letter of creating, too.
  if (Has(request, v1::URL_PERMISSION_WRITE)) letters += {'c', kMayWrite};
  if (Has(request, v1::URL_PERMISSION_LIST)) {
    if (!request.container()) {
      return absl::InvalidArgumentError("Only a container's URL can allow to list.");
    }
    letters += kMayList;
  }
  if (letters.empty()) return absl::InvalidArgumentError("Name a permission.");
  return letters;
}

StatusOr<absl::Duration> LifetimeOf(const v1::SignArtifactUrlsRequest& request) {
  if (!request.has_lifetime_seconds()) return kDefaultLifetime;
  const absl::Duration lifetime = absl::Seconds(request.lifetime_seconds());
  if (lifetime < absl::Seconds(1) || lifetime > kMaxLifetime) {
    return absl::InvalidArgumentError(fmt::format("A URL may be good for 1 to {} seconds, not {}.",
                                                  absl::ToInt64Seconds(kMaxLifetime),
                                                  request.lifetime_seconds()));
  }
  return lifetime;
}

Status CheckPaths(const CallContext& call, const v1::SignArtifactUrlsRequest& request) {
  // Nothing else about the workspace's name is checked when it names a container.
  RETURN_IF_ERROR(BlobKey(call.workspace, ""));
  if (request.container() != request.paths().empty()) {
    return absl::InvalidArgumentError("Name paths, or the container and no paths.");
  }
  if (request.paths_size() > kMaxPaths) {
    return absl::InvalidArgumentError(fmt::format(
        "A request may name {} paths and has {}. Split it.", kMaxPaths, request.paths_size()));
  }
  for (const std::string& path : request.paths()) {
    if (path.empty()) return absl::InvalidArgumentError("Invalid path: it is empty. Name a file.");
    RETURN_IF_ERROR(BlobKey(call.workspace, path));
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<v1::SignArtifactUrlsResponse> UrlSigner::Sign(
    const CallContext& call, const v1::SignArtifactUrlsRequest& request) const {
  ASSIGN_OR_RETURN(const std::string permissions, PermissionsOf(request));
  ASSIGN_OR_RETURN(const absl::Duration lifetime, LifetimeOf(request));
  RETURN_IF_ERROR(CheckPaths(call, request));
  // Their text has whole seconds: the next one.
  const absl::Duration since_epoch = clock_.Now() + lifetime - absl::UnixEpoch();
  const absl::Time expiry = absl::UnixEpoch() + absl::Ceil(since_epoch, absl::Seconds(1));
  v1::SignArtifactUrlsResponse response;
  response.set_expiry_time_ms(absl::ToUnixMillis(expiry));
  const auto add = [&](const std::string& path, const std::string& resource) -> v1::SignedUrl& {
    v1::SignedUrl& url = *response.add_urls();
    url.set_resource(PercentEncodePath(resource));
    url.set_query(
        QueryOf(SignUrl(keys_, call.workspace, path, request.container(), permissions, expiry)));
    return url;
  };
  if (request.container()) add("", call.workspace);
  for (const std::string& path : request.paths()) {
    add(path, fmt::format("{}/{}", call.workspace, path)).set_path(path);
  }
  return response;
}

}  // namespace rookery::artifact
