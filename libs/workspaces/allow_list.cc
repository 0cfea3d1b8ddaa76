#include "libs/workspaces/allow_list.h"

namespace rookery {

AllowList AllowListOf(const tracking::v1::Workspace& workspace) {
  AllowList list;
  for (const auto& identity : workspace.allow()) {
    list.push_back({identity.tenant(), identity.app(), identity.oid()});
  }
  return list;
}

}  // namespace rookery
