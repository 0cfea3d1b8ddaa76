// Files that are read whole: keys, certificates.
#pragma once

#include <functional>
#include <string>

#include "libs/base/status.h"

namespace rookery {

// INVALID_ARGUMENT: the file cannot be read, is empty, or is larger than 1 MiB.
StatusOr<std::string> ReadSmallFile(const std::string& path);

// A folder for its owner alone, if it is not there. INVALID_ARGUMENT: it cannot be made.
Status MakePrivateFolder(const std::string& path);

// What the file holds; if there is none, what `make` gives, which then is in it. It appears whole,
// with mode 0600, and if somebody else makes it at the same time, the first one's stays.
// INVALID_ARGUMENT: it cannot be read or made.
StatusOr<std::string> ReadOrMakePrivateFile(const std::string& path,
                                            const std::function<StatusOr<std::string>()>& make);

}  // namespace rookery
