// Documents from web servers.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "libs/tokens/key_fetcher.h"

namespace rookery {

struct HttpFetcherOptions {
  // For a whole answer, redirects included.
  absl::Duration timeout = absl::Seconds(5);
  size_t max_bytes = 1024 * 1024;
  // The authorities (PEM file) that https servers must have a certificate of; empty: the system's.
  std::string ca;
};

// Fetches by GET. Follows three redirects, to https alone; goes to https by the proxies that the
// environment names (HTTPS_PROXY, NO_PROXY). Each call makes a connection of its own, for it is
// seldom called. Thread-safe.
class HttpFetcher final : public tokens::KeyFetcher {
 public:
  // INVALID_ARGUMENT: the file of `ca` cannot be read.
  static StatusOr<HttpFetcher> Open(HttpFetcherOptions options);

  // The body of a 200 answer. UNAVAILABLE: there was none, in whatever way.
  StatusOr<std::string> Fetch(const std::string& url) override;

 private:
  explicit HttpFetcher(HttpFetcherOptions options) : options_(std::move(options)) {}

  HttpFetcherOptions options_;
};

}  // namespace rookery
