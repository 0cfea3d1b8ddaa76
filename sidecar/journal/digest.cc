#include "sidecar/journal/digest.h"

#include "libs/tokens/sha256.h"

namespace rookery::sidecar {
namespace {

constexpr size_t kBytes = 16;

}  // namespace

std::string DigestOf(std::string_view bytes) {
  const auto digest = tokens::Sha256(bytes);
  if (!digest) return "";
  return {reinterpret_cast<const char*>(digest->data()), kBytes};
}

}  // namespace rookery::sidecar
