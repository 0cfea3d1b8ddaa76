#include "libs/checks/text.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <iterator>

namespace rookery {
namespace {

// Of UTF-8, all bytes but those of the form 10xxxxxx begin a character.
bool BeginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

bool IsLetterOrDigit(utf8proc_int32_t character) {
  if (character < 128) return absl::ascii_isalnum(static_cast<unsigned char>(character));
  const utf8proc_category_t category = utf8proc_category(character);
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

void AppendEscape(utf8proc_int32_t character, std::string* out) {
  if (character >= 0x10000) {
    const int32_t offset = character - 0x10000;
    fmt::format_to(std::back_inserter(*out), "\\u{:04x}\\u{:04x}", 0xD800 + (offset >> 10),
                   0xDC00 + (offset & 0x3FF));
  } else {
    fmt::format_to(std::back_inserter(*out), "\\u{:04x}", character);
  }
}

}  // namespace

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), BeginsCharacter));
}

void CutToCharacters(std::string* text, size_t limit) {
  if (text->size() <= limit) return;
  size_t count = 0;
  for (size_t i = 0; i < text->size(); ++i) {
    if (BeginsCharacter((*text)[i]) && count++ == limit) {
      text->resize(i);
      return;
    }
  }
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
}

bool HasOnlyLettersDigitsAnd(std::string_view also, std::string_view text) {
  auto* next = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(next, left, &character);
    if (length <= 0) return false;
    const bool allowed =
        (character < 128 && also.find(static_cast<char>(character)) != std::string_view::npos) ||
        IsLetterOrDigit(character);
    if (!allowed) return false;
    next += length;
    left -= length;
  }
  return true;
}

std::string QuotedJson(std::string_view text) {
  std::string out = "\"";
  auto* next = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(next, left, &character);
    if (length <= 0) break;
    switch (character) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (character >= ' ' && character < 127) {
          out += static_cast<char>(character);
        } else {
          AppendEscape(character, &out);
        }
    }
    next += length;
    left -= length;
  }
  return out + '"';
}

}  // namespace rookery
