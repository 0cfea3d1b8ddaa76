// What clauses and orders are about, in the database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::filter {

// A column or another expression. A NULL satisfies no comparison and is ordered last.
struct Column {
  enum class Kind : uint8_t { kInteger, kReal, kText };

  std::string sql;
  Kind kind = Kind::kText;
  // The flag beside a kReal that says that it is NaN (1) and not the value in `sql`, which is then
  // 0; empty if there is none.
  std::string is_nan;
  // Whether an index has the first kIndexedCharacters of this text, so that equality can use it.
  // Texts may be longer than an index takes.
  bool begin_is_indexed = false;
};

inline constexpr size_t kIndexedCharacters = 128;

// The expression that an index with Column::begin_is_indexed is of.
std::string IndexedBegin(std::string_view sql);

}  // namespace rookery::filter
