// Signing tokens: for development, where Rookery issues its own, and for tests.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/tokens/json_object.h"

namespace rookery::tokens {

// An RSA key that makes RS256 signatures. Immutable, thread-safe; copies share the key.
class SigningKey {
 public:
  // A new one, which takes some tenths of a second.
  static StatusOr<SigningKey> Generate(int bits = 2048);

  // What Pem gave. INVALID_ARGUMENT: no private RSA key, or one that needs a passphrase.
  static StatusOr<SigningKey> FromPem(const std::string& pem);

  // PKCS #8, not encrypted: whoever writes it to a file sees to it that others cannot read that.
  StatusOr<std::string> Pem() const;

  // The thumbprint of the public key (RFC 7638): the same key always has the same id.
  const std::string& id() const { return id_; }

  // A signed JWT with these claims and the header that Entra's have.
  StatusOr<std::string> SignToken(const JsonObject& claims) const;

  // The signature alone.
  StatusOr<std::string> Sign(std::string_view text) const;

  // The public half in PEM (SubjectPublicKeyInfo).
  StatusOr<std::string> PublicPem() const;

  // The public half as a JSON Web Key. `issuer`, if not empty, is the only one that it is for.
  std::string JsonWebKey(std::string_view issuer = "") const;

 private:
  explicit SigningKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}

  static StatusOr<SigningKey> Wrap(std::shared_ptr<EVP_PKEY> key);

  std::shared_ptr<EVP_PKEY> key_;
  std::string id_;
  // In base64url.
  std::string modulus_;
  std::string exponent_;
};

// The thumbprint of a public RSA key, whose numbers are in base64url.
StatusOr<std::string> Thumbprint(std::string_view modulus, std::string_view exponent);

// A JSON Web Key Set of what JsonWebKey gave.
std::string JsonWebKeySet(const std::vector<std::string>& keys);

}  // namespace rookery::tokens
