#include "libs/tokens/base64url.h"

#include <absl/strings/escaping.h>

namespace rookery::tokens {

std::string EncodeBase64Url(std::string_view bytes) {
  return absl::WebSafeBase64Escape({bytes.data(), bytes.size()});
}

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  std::string bytes;
  // Abseil's decoder forgives what JOSE forbids; encoding again finds all of that.
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  if (EncodeBase64Url(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace rookery::tokens
