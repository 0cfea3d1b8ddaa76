// The routes of AzureWorkspaceService: what Azure ML's clients ask before they do anything.
#pragma once

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// Answers the client, or returns an error to be answered with. `view.match` has a route of
// AzureWorkspaceService.
http::asio::awaitable<Status> AnswerAzureWorkspaceView(const View& view);

}  // namespace rookery::gateway
