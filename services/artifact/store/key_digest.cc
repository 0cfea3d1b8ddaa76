#include "services/artifact/store/key_digest.h"

#include <absl/strings/escaping.h>
#include <openssl/sha.h>

#include <array>

namespace rookery::artifact {

std::string DigestOf(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return HexOf({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string HexOf(std::string_view bytes) {
  return absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace rookery::artifact
