// Tokens that this machine makes for itself.
#pragma once

#include <string>

#include "libs/base/clock.h"
#include "libs/loopback_cloud/token_source.h"
#include "libs/tokens/signing_key.h"

namespace rookery::devcloud {

// Who the bearer is.
struct Bearer {
  std::string tenant;
  std::string app;
  std::string object;
};

// Signs tokens in the form of Entra's for an app, good for an hour. Immutable, thread-safe. `clock`
// outlives it.
class DevTokens final : public loopback_cloud::TokenSource {
 public:
  DevTokens(tokens::SigningKey key, std::string issuer, Bearer bearer, const Clock& clock);

  // A millisecond of signing, within the call.
  void Fetch(const std::string& audience, Done done) override;

 private:
  StatusOr<loopback_cloud::AccessToken> Mint(const std::string& audience) const;

  const tokens::SigningKey key_;
  const std::string issuer_;
  const Bearer bearer_;
  const Clock& clock_;
};

}  // namespace rookery::devcloud
