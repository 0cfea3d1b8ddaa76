#pragma once

#include <string_view>

namespace rookery {

// Whether an artifact URI of this scheme and authority lets whoever wrote it choose the host that a
// server would read from: `http`, `hdfs`, `mlflow-artifacts://host` and the like, not the stores
// whose authority is a bucket. `scheme` is in small letters.
bool ChoosesHost(std::string_view scheme, std::string_view authority);

}  // namespace rookery
