#include "libs/tokens/testing/tokens.h"

#include <array>

#include "libs/tokens/base64url.h"

namespace rookery::tokens::testing {

const SigningKey& TestKey(size_t number) {
  static const std::array<SigningKey, 3> keys = {*SigningKey::Generate(), *SigningKey::Generate(),
                                                 *SigningKey::Generate()};
  return keys.at(number);
}

JsonObject UserClaims(absl::Time now) {
  JsonObject claims;
  claims.Set("iss", kIssuerV2).Set("tid", kTenant).Set("aud", kAudience).Set("ver", "2.0");
  claims.Set("iat", now).Set("nbf", now).Set("exp", now + absl::Hours(1));
  claims.Set("oid", "oid-1").Set("sub", "sub-1").Set("azp", "app-1");
  claims.Set("name", "Ada").Set("preferred_username", "ada@example.com");
  return claims;
}

std::string SignedWithHeader(const JsonObject& header, const JsonObject& claims,
                             const SigningKey& key) {
  const std::string text = EncodeBase64Url(header.Json()) + "." + EncodeBase64Url(claims.Json());
  return text + "." + EncodeBase64Url(*key.Sign(text));
}

std::string KeySetOf(const SigningKey& key) { return JsonWebKeySet({key.JsonWebKey()}); }

}  // namespace rookery::tokens::testing
