// Where a key set is: a URL or a file.
#pragma once

#include <string>

#include "libs/base/status.h"
#include "libs/tokens/key_fetcher.h"

namespace rookery::tokens {

// INVALID_ARGUMENT unless it is an https URL, an http URL of this machine, or the absolute path of
// a file.
Status CheckKeyLocation(const std::string& location);

// The document there: by `fetcher`, or read from the file.
StatusOr<std::string> ReadKeyLocation(const std::string& location, KeyFetcher* fetcher);

}  // namespace rookery::tokens
