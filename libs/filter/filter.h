// Filters and orders of searches, from text to a typed tree. README.md has the language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libs/base/status.h"
#include "libs/filter/grammar.h"

namespace rookery::filter {

inline constexpr size_t kMaxFilterBytes = 1'048'576;
inline constexpr size_t kMaxClauses = 100;
inline constexpr size_t kMaxOrderKeys = 100;

// A number as it was written.
struct Number {
  double real = 0;
  // Its exact value, if it was written without a fraction or an exponent and fits.
  std::optional<int64_t> integer;

  bool operator==(const Number&) const = default;
};

using TextList = std::vector<std::string>;

// Nothing for IS NULL and IS NOT NULL, a list for IN and NOT IN.
using Value = std::variant<std::monostate, Number, std::string, TextList>;

// `metrics.loss > 0.5`. The grammar that it was parsed with allows the operator for the key, and
// the value is of the key's type.
struct Clause {
  Entity entity = Entity::kAttribute;
  // Without quotes; other names are replaced by the one that they mean.
  std::string key;
  Operator op = Operator::kEqual;
  Value value;

  bool operator==(const Clause&) const = default;
};

// The clauses of `filter`, all of which must hold; none for an empty text.
//
// INVALID_ARGUMENT in MLflow's words, with the place (the first character is 1) and what was
// expected there: not of this language, a key or an operator that the grammar does not have, more
// than kMaxFilterBytes or kMaxClauses.
StatusOr<std::vector<Clause>> ParseFilter(const Grammar& grammar, std::string_view filter);

struct OrderKey {
  Entity entity = Entity::kAttribute;
  std::string key;
  bool ascending = true;

  bool operator==(const OrderKey&) const = default;
};

// `key`, `key ASC` or `key DESC`, in any case. INVALID_ARGUMENT: anything else, or a key that the
// grammar does not order by.
StatusOr<OrderKey> ParseOrderKey(const Grammar& grammar, std::string_view item);

// As ParseOrderKey of each. INVALID_ARGUMENT: more than kMaxOrderKeys, or two that are the same
// where the grammar does not allow it.
StatusOr<std::vector<OrderKey>> ParseOrder(const Grammar& grammar,
                                           const std::vector<std::string_view>& items);

// The same for any container of texts, as a message's repeated field.
template <typename Items>
StatusOr<std::vector<OrderKey>> ParseOrder(const Grammar& grammar, const Items& items) {
  return ParseOrder(grammar, std::vector<std::string_view>(items.begin(), items.end()));
}

}  // namespace rookery::filter
