// The routes of ArtifactTransferService: signed URLs for MLflow's clients.
#pragma once

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// Each answers the client, or returns an error to be answered with.
http::asio::awaitable<Status> CreateArtifactUpload(const View& view);
http::asio::awaitable<Status> GetArtifactDownloadUrl(const View& view);

}  // namespace rookery::gateway
