#include "libs/base/percent.h"

#include <absl/strings/ascii.h>

namespace rookery {

namespace {

std::string Encoded(std::string_view text, std::string_view plain) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || plain.find(c) != plain.npos) {
      encoded.push_back(c);
    } else {
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

}  // namespace

std::string PercentEncode(std::string_view text) { return Encoded(text, "-._~"); }

std::string PercentEncodePath(std::string_view path) { return Encoded(path, "-._~/"); }

}  // namespace rookery
