// Tokens kept until they near their end.
#pragma once

#include <memory>
#include <string>

#include "libs/base/clock.h"
#include "libs/loopback_cloud/token_source.h"

namespace rookery::loopback_cloud {

// Keeps the last token of each audience, so that nearly all requests are answered from memory. One
// is fetched at a time. From ten minutes before a token's end a new one is fetched while the old
// one is still given away; from five minutes on, when clients would ask again at once, the new one
// is waited for. If none can be had, the old one is given away to its end.
//
// Thread-safe. `source` and `clock` outlive it and the last fetch.
class FreshTokens {
 public:
  FreshTokens(TokenSource& source, const Clock& clock);

  // Calls `done` once, as TokenSource::Fetch does. The audiences are few: all are remembered.
  void Get(const std::string& audience, const TokenSource::Done& done);

 private:
  struct Kept;

  TokenSource& source_;
  // Shared with the fetches that are under way.
  const std::shared_ptr<Kept> kept_;
};

}  // namespace rookery::loopback_cloud
