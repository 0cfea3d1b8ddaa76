// Where tokens come from.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <string>
#include <utility>

#include "libs/base/status.h"

namespace rookery::loopback_cloud {

struct AccessToken {
  AccessToken() = default;
  AccessToken(std::string token, absl::Time expires_at)
      : token(std::move(token)), expires_at(expires_at) {}

  std::string token;
  absl::Time expires_at;
};

// Thread-safe.
class TokenSource {
 public:
  using Done = std::function<void(StatusOr<AccessToken>)>;

  virtual ~TokenSource() = default;

  // Calls `done` once, from any thread, within Fetch or later; in the end always. Does not block:
  // the caller is a thread that serves others. A message must not hold a token: it is passed on.
  virtual void Fetch(const std::string& audience, Done done) = 0;
};

}  // namespace rookery::loopback_cloud
