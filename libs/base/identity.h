// Who calls, and who may enter a workspace.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery {

// A caller, as a token said that was verified. Texts are empty where the token has no such claim.
struct Identity {
  // These are for decisions. An object is a user or a service principal, and its id is unique
  // within its tenant; an app is the client's, and in an app's own token there is no user.
  std::string issuer;
  std::string tenant;
  std::string object_id;
  std::string app_id;
  std::string subject;

  // These are for people to read: they change, and may be anybody's.
  std::string name;
  std::string upn;

  // Whatever is begun with the token ends then, or asks again.
  absl::Time expires_at;
};

// Shared by all who show the same token; immutable.
using IdentityPtr = std::shared_ptr<const Identity>;

// Claims of a token. Those that are not empty must all be the token's, and one must be there.
struct AllowedIdentity {
  std::string tenant;
  std::string app_id;
  std::string object_id;
};

using AllowList = std::vector<AllowedIdentity>;

// OK if the caller may enter a workspace with this list, that is, if he is on it. Without a list,
// `default` takes everybody whose token is accepted, and others nobody (docs/adr/0026-identity.md).
// A caller who is null may, since this server asks nobody. PERMISSION_DENIED.
Status CheckEntry(std::string_view workspace, const AllowList& allow, const Identity* caller);

// The caller in a log line: `tenant=... oid=... app=...`, escaped.
std::string Describe(const Identity& caller);

}  // namespace rookery
