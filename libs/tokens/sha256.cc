#include "libs/tokens/sha256.h"

#include "libs/tokens/openssl.h"

namespace rookery::tokens {

std::optional<Sha256Digest> Sha256(std::string_view bytes) {
  const ErrorScope errors;
  // Looked up once, since that costs as much as hashing a token does.
  static const DigestPtr algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  Sha256Digest digest;
  if (algorithm == nullptr || EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr,
                                         algorithm.get(), nullptr) != 1) {
    return std::nullopt;
  }
  return digest;
}

}  // namespace rookery::tokens
