#include "services/artifact/domain/content_disposition.h"

#include <fmt/format.h>

#include <algorithm>

namespace rookery::artifact {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsPrintableAscii(char c) { return c >= 0x20 && c < 0x7f; }

// RFC 9110's token.
bool IsTokenCharacter(char c) {
  return IsAlphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// RFC 5987's attr-char.
bool IsAttributeCharacter(char c) {
  return IsAlphanumeric(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

std::string Quoted(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, IsTokenCharacter)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

// One `_` for each character that is not printable ASCII.
std::string PlainName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool continues_character = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (IsPrintableAscii(c)) {
      plain.push_back(c);
    } else if (!continues_character) {
      plain.push_back('_');
    }
  }
  return plain;
}

std::string PercentEncoded(std::string_view name) {
  std::string encoded;
  for (const char c : name) {
    if (IsAttributeCharacter(c)) {
      encoded.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

std::string ContentDisposition(std::string_view name) {
  if (std::ranges::all_of(name, IsPrintableAscii)) {
    return fmt::format("attachment; filename={}", Quoted(name));
  }
  return fmt::format("attachment; filename={}; filename*=UTF-8''{}", Quoted(PlainName(name)),
                     PercentEncoded(name));
}

}  // namespace rookery::artifact
