// Whose a spool is: the file `identity` of docs/formats/spool.md.
#pragma once

#include <string>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"

namespace rookery::spool {

// The producers of a spool, 16 bytes each: its own, then those whose place it took.
using Producers = std::vector<std::string>;

// Reads the folder's identity, or makes it. `adopt`: see Options.
//
// FAILED_PRECONDITION: the folder is a copy, or has segments and no readable identity, and is not
// to be adopted; or it is of a later version.
StatusOr<Producers> OpenIdentity(FileSystem& files, const std::string& folder, bool has_segments,
                                 bool adopt);

}  // namespace rookery::spool
