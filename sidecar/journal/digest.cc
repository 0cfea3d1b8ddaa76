#include "sidecar/journal/digest.h"

#include <openssl/evp.h>

namespace rookery::sidecar {
namespace {

constexpr size_t kBytes = 16;

}  // namespace

std::string DigestOf(std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
             EVP_sha256(), nullptr);
  digest.resize(kBytes);
  return digest;
}

}  // namespace rookery::sidecar
