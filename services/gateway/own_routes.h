// The few paths that the gateway answers itself: what they tell is about the server, not about its
// data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/http/message.h"
#include "libs/metrics/registry.h"

namespace rookery::gateway {

struct OwnRouteOptions {
  // What GET /version answers: the version of MLflow whose API is spoken. Below 3.4 as long as
  // there are no traces, since clients send traces to a server of 3.4 or later.
  std::string mlflow_version = "3.3.2";
  bool serves_artifacts = true;
  // What GET /metrics tells. Null: nothing is there.
  const metrics::Registry* metrics = nullptr;
};

// The paths that are answered here.
std::vector<std::string_view> OwnRoutePaths();

// The answer to a GET of one of them; nothing if the request is for another path.
std::optional<http::Response> AnswerOwnRoute(const http::RequestHead& request,
                                             const OwnRouteOptions& options);

}  // namespace rookery::gateway
