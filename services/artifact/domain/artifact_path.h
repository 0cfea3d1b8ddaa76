// What callers may write as the path of an artifact, and where it lies in the store.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::artifact {

inline constexpr size_t kMaxPathBytes = 4096;
inline constexpr size_t kMaxPartBytes = 255;

// The blob store's key of `path` in a workspace; "" is the workspace's folder. The workspace
// `default` lies at the top of the store, where it cannot see the others.
//
// INVALID_ARGUMENT, beginning with `Invalid path`: the path is too long, is not relative, has a
// part that is empty, `.` or `..`, holds a NUL, `\` or `#`, would leave the store if it were
// percent-decoded again, or begins with a folder that is not the caller's.
StatusOr<std::string> BlobKey(std::string_view workspace, std::string_view path);

// Whether a listing of the workspace's folder leaves a name out.
bool IsHidden(std::string_view workspace, std::string_view top_name);

}  // namespace rookery::artifact
