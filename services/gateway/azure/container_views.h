// The routes of AzureArtifactService: files of a run, of a logged model or of an upload, by signed
// URLs.
#pragma once

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// Answers the client, or returns an error to be answered with. `view.match` has a route of
// AzureArtifactService.
http::asio::awaitable<Status> AnswerAzureArtifactView(const View& view);

}  // namespace rookery::gateway
