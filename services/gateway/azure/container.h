// Where the files are of which Azure ML's artifact calls speak.
#pragma once

#include <string>

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// A name of Azure's for files that belong together, and their place.
struct Container {
  std::string origin;
  std::string name;
  // In the artifact service: the path of the container's top.
  std::string root;
};

// The files of a run or of a logged model: Azure's clients do not tell them apart. NOT_FOUND: there
// is none of that id. INVALID_ARGUMENT: they are in a store that this server does not serve.
http::asio::awaitable<StatusOr<Container>> ContainerOfOwner(const View& view,
                                                            const std::string& id);

// The same for `ExperimentRun` and `dcid.<id>`; else the artifact service's own path of both parts.
http::asio::awaitable<StatusOr<Container>> ContainerOf(const View& view, const std::string& origin,
                                                       const std::string& name);

}  // namespace rookery::gateway
