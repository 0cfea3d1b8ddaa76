#include "libs/filter/syntax_error.h"

#include <fmt/format.h>

#include "libs/filter/lexer.h"

namespace rookery::filter {

Status SyntaxError(std::string_view text, size_t offset, std::string_view problem,
                   std::string_view expected) {
  return absl::InvalidArgumentError(fmt::format("{} (character {}: expected {})", problem,
                                                CharacterNumber(text, offset), expected));
}

std::string Excerpt(std::string_view text) {
  constexpr size_t kMaxBytes = 200;
  if (text.size() <= kMaxBytes) return std::string(text);
  size_t end = kMaxBytes;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return fmt::format("{}...", text.substr(0, end));
}

}  // namespace rookery::filter
