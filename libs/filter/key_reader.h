// Keys, as filters and orders name them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/filter/grammar.h"
#include "libs/filter/lexer.h"

namespace rookery::filter {

// A key as it is written: `loss`, `metrics.loss`, metrics.`my loss`.
struct WrittenKey {
  // All of it; empty if there was none.
  std::string_view text;
  size_t offset = 0;
  // Where the part after the prefix and its dot begins in `text`; 0 without a prefix.
  size_t key_begin = 0;
  // The first token that is not of it.
  Token next;
};

// Reads a key that begins with the token `first`, the last that came from `lexer`.
WrittenKey ReadKey(const Token& first, std::string_view text, Lexer* lexer);

// What a key means in a grammar.
struct Resolved {
  const EntityRule* entity = nullptr;
  const KeyRule* rule = nullptr;
  std::string key;
};

// INVALID_ARGUMENT: the grammar does not have the prefix, or the key for this use. `text` is what
// `written` was read from.
StatusOr<Resolved> Resolve(const Grammar& grammar, Use use, std::string_view text,
                           const WrittenKey& written);

}  // namespace rookery::filter
