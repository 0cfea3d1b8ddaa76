#include "libs/base/identity.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>

#include "libs/base/call_context.h"

namespace rookery {
namespace {

// Entra writes ids in lower case, its portal and people in either.
bool Fits(const std::string& allowed, const std::string& claim) {
  return allowed.empty() || absl::EqualsIgnoreCase(allowed, claim);
}

bool Fits(const AllowedIdentity& allowed, const Identity& caller) {
  if (allowed.tenant.empty() && allowed.app_id.empty() && allowed.object_id.empty()) return false;
  return Fits(allowed.tenant, caller.tenant) && Fits(allowed.app_id, caller.app_id) &&
         Fits(allowed.object_id, caller.object_id);
}

}  // namespace

Status CheckEntry(std::string_view workspace, const AllowList& allow, const Identity* caller) {
  if (caller == nullptr) return absl::OkStatus();
  const bool may = allow.empty() ? workspace == kDefaultWorkspace
                                 : std::any_of(allow.begin(), allow.end(),
                                               [&](const auto& one) { return Fits(one, *caller); });
  if (may) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("You may not enter the workspace '{}'. Its operator can let you in, by `rookery "
                  "workspace allow`.",
                  workspace));
}

std::string Describe(const Identity& caller) {
  return fmt::format("tenant={:?} oid={:?} app={:?}", std::string_view(caller.tenant),
                     std::string_view(caller.object_id), std::string_view(caller.app_id));
}

}  // namespace rookery
