// What a search may ask for, as data: one Grammar for each kind of object that is searched.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::filter {

enum class Operator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kLike,
  kIlike,
  kIn,
  kNotIn,
  kIsNull,
  kIsNotNull,
};

// As it is written in a filter: `>=`, `NOT IN`.
std::string_view Name(Operator op);

// A set of operators.
class Operators {
 public:
  constexpr Operators() = default;
  constexpr Operators(std::initializer_list<Operator> operators) {
    for (const Operator op : operators) bits_ |= Bit(op);
  }
  constexpr bool Has(Operator op) const { return (bits_ & Bit(op)) != 0; }
  constexpr Operators operator|(Operators other) const {
    other.bits_ |= bits_;
    return other;
  }

 private:
  static constexpr uint32_t Bit(Operator op) { return uint32_t{1} << static_cast<uint32_t>(op); }

  uint32_t bits_ = 0;
};

inline constexpr Operators kNumberOperators = {Operator::kEqual,   Operator::kNotEqual,
                                               Operator::kLess,    Operator::kLessOrEqual,
                                               Operator::kGreater, Operator::kGreaterOrEqual};
inline constexpr Operators kTextOperators = {Operator::kEqual, Operator::kNotEqual, Operator::kLike,
                                             Operator::kIlike};
inline constexpr Operators kListOperators = {Operator::kIn, Operator::kNotIn};
inline constexpr Operators kNullOperators = {Operator::kIsNull, Operator::kIsNotNull};

enum class Entity : uint8_t { kAttribute, kMetric, kParam, kTag, kDataset };

enum class Type : uint8_t { kNumber, kText };

// One key that a filter or an order may name.
struct KeyRule {
  // As users write it, case and all; empty for every key.
  std::string_view name;
  Type type = Type::kText;
  // None: the key may only be ordered by.
  Operators operators;
  bool orderable = false;
  // The key that `name` is another name of; empty: its own.
  std::string_view means;
};

struct EntityRule {
  Entity entity = Entity::kAttribute;
  // What messages call it: "parameter".
  std::string_view word;
  // What may stand before the dot: "params", "param".
  std::vector<std::string_view> prefixes;
  std::vector<KeyRule> keys;
};

struct Grammar {
  // The first holds the keys that are written without a prefix.
  std::vector<EntityRule> entities;
  // Ends the message about an unknown prefix: "Valid values are ['metric', ...]".
  std::string_view valid_entities;
  // `params.lr = 0.01` compares with the text "0.01". Otherwise texts must be quoted.
  bool numbers_as_text = false;
  // `version_number = '1'` compares with the number 1. Otherwise numbers must not be quoted.
  bool quoted_numbers = false;
  // Whether a filter's attributes are written without quotes: `name`, but not "`name`".
  bool bare_attributes = false;
  // Whether no two items of an order may name one key.
  bool distinct_order = false;
};

// The rule for `key`, or null.
const KeyRule* FindKey(const EntityRule& entity, std::string_view key);

// `{'name', 'run_id'}`, for messages: the keys to filter by, or to order by.
enum class Use : uint8_t { kFilter, kOrder };
std::string KeyNames(const EntityRule& entity, Use use);

}  // namespace rookery::filter
