// What a client gets that asks for a newer token of its run.
#pragma once

#include <absl/time/time.h>
#include <rookery/gateway/v1/azure_workspace.pb.h>

#include "libs/base/status.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// The token that the request shows, and until when this server takes it: nobody here makes tokens.
// That is of use, since Azure's plugin takes the end of its token for local time until it has this
// answer, and west of Greenwich asks for it before anything else. A server that asks nobody for
// tokens takes any for another day.
//
// UNAUTHENTICATED: there is none. UNAVAILABLE: nothing can be said of it now.
StatusOr<v1::RefreshRunTokenResponse> RunTokenOf(const View& view, absl::Time now);

}  // namespace rookery::gateway
