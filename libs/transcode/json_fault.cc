#include "libs/transcode/json_fault.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

namespace rookery::transcode {
namespace {

// Steps over digits; false if there is none.
bool SkipDigits(std::string_view* text) {
  // Not find_first_not_of, which calls memchr for each character.
  const auto* const end = std::ranges::find_if_not(
      *text, [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  const auto count = static_cast<size_t>(end - text->begin());
  text->remove_prefix(count);
  return count > 0;
}

}  // namespace

Status MalformedJson(size_t offset, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("Malformed JSON at byte {}: {}.", offset, what));
}

size_t FirstInvalidUtf8(std::string_view text) {
  // A prefix is good if it is valid but for a character that it cuts, of which it holds 3 bytes at
  // most.
  const auto good = [&](size_t size) {
    for (size_t cut = 0; cut <= std::min<size_t>(3, size); ++cut) {
      if (simdjson::validate_utf8(text.data(), size - cut)) return true;
    }
    return false;
  };
  const auto valid_size = [&](size_t size) {
    while (!simdjson::validate_utf8(text.data(), size)) --size;
    return size;
  };
  size_t low = 0;
  size_t high = text.size();
  while (low < high) {
    const size_t middle = high - (high - low) / 2;
    if (good(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return valid_size(low);
}

size_t FirstStringFault(std::string_view text) {
  size_t opening = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inside = opening != text.size();
    if (text[i] == '"') {
      opening = inside ? text.size() : i;
    } else if (inside && static_cast<unsigned char>(text[i]) < 0x20) {
      return i;
    } else if (inside && text[i] == '\\') {
      ++i;
    }
  }
  return opening;
}

bool IsJsonNumber(std::string_view token) {
  if (token.starts_with('-')) token.remove_prefix(1);
  if (token.starts_with('0')) {
    token.remove_prefix(1);
  } else if (!SkipDigits(&token)) {
    return false;
  }
  if (token.starts_with('.')) {
    token.remove_prefix(1);
    if (!SkipDigits(&token)) return false;
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
    if (!SkipDigits(&token)) return false;
  }
  return token.empty();
}

}  // namespace rookery::transcode
