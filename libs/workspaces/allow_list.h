// Who may enter a workspace, from its proto.
#pragma once

#include <rookery/tracking/v1/workspace.pb.h>

#include "libs/base/identity.h"

namespace rookery {

AllowList AllowListOf(const tracking::v1::Workspace& workspace);

}  // namespace rookery
