// The tracking service's workspaces, for other services.
#pragma once

#include <functional>
#include <memory>

#include "libs/rpc/known_workspaces.h"

namespace grpc {
class Channel;
}

namespace rookery {

// Asks the tracking service, under the caller's token, no longer than the call's deadline or 10
// seconds. PERMISSION_DENIED: the caller may not enter, so that he learns nothing of it. `channel`
// is called for every question and from any thread: in the one-process mode there is no channel yet
// when the services are made. Null: UNAVAILABLE.
rpc::KnownWorkspaces::Find AskTracking(std::function<std::shared_ptr<grpc::Channel>()> channel);

}  // namespace rookery
