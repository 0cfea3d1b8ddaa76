// From where a run or model keeps its artifacts to the artifact service's paths.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::gateway {

// The artifact service's path of `path`, which may be empty, below the artifacts at `root_uri`. It
// is as good or bad as `path` is: the artifact service checks it.
//
// INVALID_ARGUMENT: the URI is not of the kinds that mean "through the server":
// `mlflow-artifacts:/x`, `mlflow-artifacts://host/x` and
// `http(s)://host/api/2.0/mlflow-artifacts/artifacts/x`.
StatusOr<std::string> ServedPath(std::string_view root_uri, std::string_view path);

}  // namespace rookery::gateway
