// An RSA key that checks RS256 signatures.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::tokens {

// Immutable, thread-safe; copies share the key.
class PublicKey {
 public:
  // From modulus and exponent, big-endian. INVALID_ARGUMENT: they are no RSA key, or one of less
  // than 2048 bits, or of more than 8192, which would take long to use.
  static StatusOr<PublicKey> FromNumbers(std::string_view modulus, std::string_view exponent);

  // Whether `signature` is the key's own for `text`: RSASSA-PKCS1-v1_5 with SHA-256.
  bool Verifies(std::string_view text, std::string_view signature) const;

  // Whether both are the same key.
  bool operator==(const PublicKey& other) const;

 private:
  PublicKey(std::shared_ptr<EVP_PKEY> key, std::shared_ptr<const EVP_MD_CTX> prepared)
      : key_(std::move(key)), prepared_(std::move(prepared)) {}

  std::shared_ptr<EVP_PKEY> key_;
  // Ready to verify, and only copied from.
  std::shared_ptr<const EVP_MD_CTX> prepared_;
};

}  // namespace rookery::tokens
