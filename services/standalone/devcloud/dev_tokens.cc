#include "services/standalone/devcloud/dev_tokens.h"

#include <utility>

namespace rookery::devcloud {
namespace {

constexpr absl::Duration kLife = absl::Hours(1);

}  // namespace

DevTokens::DevTokens(tokens::SigningKey key, std::string issuer, Bearer bearer, const Clock& clock)
    : key_(std::move(key)), issuer_(std::move(issuer)), bearer_(std::move(bearer)), clock_(clock) {}

void DevTokens::Fetch(const std::string& audience, Done done) { done(Mint(audience)); }

StatusOr<loopback_cloud::AccessToken> DevTokens::Mint(const std::string& audience) const {
  // In whole seconds, as the token says it.
  const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now()));
  tokens::JsonObject claims;
  claims.Set("iss", issuer_).Set("aud", audience).Set("ver", "1.0").Set("idtyp", "app");
  claims.Set("tid", bearer_.tenant).Set("appid", bearer_.app);
  claims.Set("oid", bearer_.object).Set("sub", bearer_.object);
  claims.Set("iat", now).Set("nbf", now).Set("exp", now + kLife);
  ASSIGN_OR_RETURN(std::string token, key_.SignToken(claims));
  return loopback_cloud::AccessToken(std::move(token), now + kLife);
}

}  // namespace rookery::devcloud
