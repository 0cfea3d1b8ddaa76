// Lists of quoted texts: `('a', "b")`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::filter {

struct StringList {
  std::vector<std::string> texts;
  // The byte after the closing parenthesis.
  size_t end = 0;
};

// Reads the list whose parenthesis opens at the byte `begin` of `text`. MLflow lets Python read
// lists, so unlike other texts these know escapes (`\'`, `\n`, `\u00e4`), `'a' 'b'` is one text,
// and a comma may end the list. INVALID_ARGUMENT: it is empty, not closed, or holds something else.
StatusOr<StringList> ReadStringList(std::string_view text, size_t begin);

}  // namespace rookery::filter
