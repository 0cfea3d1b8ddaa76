// What a signed URL says, and whether it may be believed.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "services/artifact/domain/signing_keys.h"

namespace rookery::artifact {

// What Azure calls a permission: a letter of `sp`.
inline constexpr char kMayRead = 'r';
inline constexpr char kMayWrite = 'w';
inline constexpr char kMayList = 'l';

// The parameters of a shared access signature, decoded; Azure's storage clients drop all that they
// do not know. `resource` is kBlob or kContainer.
struct SharedAccess {
  static constexpr char kBlob[] = "b";
  static constexpr char kContainer[] = "c";

  std::string version;      // sv
  std::string resource;     // sr
  std::string permissions;  // sp
  std::string expiry;       // se, RFC 3339
  std::string signature;    // sig
};

// The signature for a blob of a container, or for the whole container: then `path` counts for
// nothing. Paths are decoded: clients encode them as they like.
SharedAccess SignUrl(const SigningKeys& keys, std::string_view container, std::string_view path,
                     bool whole_container, std::string permissions, absl::Time expiry);

// As a query: `sv=...&sig=...`.
std::string QueryOf(const SharedAccess& access);

// Whether `access` allows `permission` on a blob (on the container itself, if `path` is empty).
// UNAUTHENTICATED: the signature is not for this, or its time is over. PERMISSION_DENIED: it is for
// this, but for something else to be done.
Status CheckAccess(const SigningKeys& keys, std::string_view container, std::string_view path,
                   const SharedAccess& access, char permission, absl::Time now);

}  // namespace rookery::artifact
