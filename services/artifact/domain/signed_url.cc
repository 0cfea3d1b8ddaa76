#include "services/artifact/domain/signed_url.h"

#include <fmt/format.h>

#include <utility>

#include "libs/base/percent.h"

namespace rookery::artifact {
namespace {

// Of the protocol whose parameters these are; clients pass it on.
constexpr char kVersion[] = "2021-12-02";
constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%SZ";

// No part but the last can hold a line break, so no two accesses have one text.
std::string TextToSign(const SharedAccess& access, std::string_view container,
                       std::string_view path) {
  const bool whole = access.resource == SharedAccess::kContainer;
  return fmt::format("rookery artifact url\n{}\n{}\n{}\n{}\n{}\n{}", access.version,
                     access.resource, access.permissions, access.expiry, container,
                     whole ? "" : path);
}

bool HasLineBreak(const SharedAccess& access, std::string_view container) {
  for (const std::string_view part :
       {std::string_view(access.version), std::string_view(access.resource),
        std::string_view(access.permissions), std::string_view(access.expiry), container}) {
    if (part.find('\n') != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

SharedAccess SignUrl(const SigningKeys& keys, std::string_view container, std::string_view path,
                     bool whole_container, std::string permissions, absl::Time expiry) {
  SharedAccess access;
  access.version = kVersion;
  access.resource = whole_container ? SharedAccess::kContainer : SharedAccess::kBlob;
  access.permissions = std::move(permissions);
  access.expiry = absl::FormatTime(kTimeFormat, expiry, absl::UTCTimeZone());
  access.signature = keys.Sign(TextToSign(access, container, path));
  return access;
}

std::string QueryOf(const SharedAccess& access) {
  return fmt::format("sv={}&sr={}&sp={}&se={}&sig={}", PercentEncode(access.version),
                     PercentEncode(access.resource), PercentEncode(access.permissions),
                     PercentEncode(access.expiry), PercentEncode(access.signature));
}

Status CheckAccess(const SigningKeys& keys, std::string_view container, std::string_view path,
                   const SharedAccess& access, char permission, absl::Time now) {
  if (access.signature.empty()) return absl::UnauthenticatedError("There is no signature.");
  if (HasLineBreak(access, container) ||
      !keys.Verify(TextToSign(access, container, path), access.signature)) {
    return absl::UnauthenticatedError("The signature is not for this URL.");
  }
  absl::Time expiry;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, access.expiry, &expiry, &error) || expiry <= now) {
    return absl::UnauthenticatedError("The signature has expired.");
  }
  // A blob's signature is made for a path, so what is meant is the container.
  const bool blob_alone = access.resource != SharedAccess::kContainer;
  if ((path.empty() && blob_alone) || access.permissions.find(permission) == std::string::npos) {
    return absl::PermissionDeniedError(fmt::format(
        "The signature allows '{}', and this needs '{}'.", access.permissions, permission));
  }
  return absl::OkStatus();
}

}  // namespace rookery::artifact
