// The routes of ArtifactViewService: the artifacts of a run, of a logged model, of a model version.
#pragma once

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/services.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// Answers the client, or returns an error to be answered with. `view.match` has a route of
// ArtifactViewService.
http::asio::awaitable<Status> AnswerArtifactView(const View& view);

}  // namespace rookery::gateway
