#pragma once

#include <string>

#include "libs/base/status.h"

namespace rookery::tokens {

// Fetches key sets by HTTP; who composes the program brings one. Thread-safe. It may take its time,
// within limits of its own, and gives the body of a 200 answer; redirects lead nowhere but to
// https.
class KeyFetcher {
 public:
  virtual ~KeyFetcher() = default;
  virtual StatusOr<std::string> Fetch(const std::string& url) = 0;
};

}  // namespace rookery::tokens
