// What a caller is told when the disk fails.
#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::artifact {

// The Status for a system call that failed with `error` (an errno) while `doing` ("writing") `key`.
// The log gets all of it, the caller what to do about it: UNAVAILABLE, or INVALID_ARGUMENT for a
// name that the file system does not take.
Status DiskError(int error, std::string_view doing, std::string_view key);

}  // namespace rookery::artifact
