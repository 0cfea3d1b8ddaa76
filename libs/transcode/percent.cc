#include "libs/transcode/percent.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace rookery::transcode {
namespace {

// -1 if it is none.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

StatusOr<std::string> PercentDecode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return absl::InvalidArgumentError(
            fmt::format("Invalid escape at byte {} of a part of the URL: '%' must be followed by "
                        "two hex digits.",
                        i));
      }
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      decoded.push_back(text[i] == '+' && plus == Plus::kBlank ? ' ' : text[i]);
    }
  }
  if (!simdjson::validate_utf8(decoded)) {
    return absl::InvalidArgumentError(
        "A part of the URL is not valid UTF-8 when its escapes are decoded.");
  }
  return decoded;
}

}  // namespace rookery::transcode
