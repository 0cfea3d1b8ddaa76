#include "libs/filter/grammar.h"

#include <fmt/format.h>

namespace rookery::filter {

std::string_view Name(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return "=";
    case Operator::kNotEqual:
      return "!=";
    case Operator::kLess:
      return "<";
    case Operator::kLessOrEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterOrEqual:
      return ">=";
    case Operator::kLike:
      return "LIKE";
    case Operator::kIlike:
      return "ILIKE";
    case Operator::kIn:
      return "IN";
    case Operator::kNotIn:
      return "NOT IN";
    case Operator::kIsNull:
      return "IS NULL";
    case Operator::kIsNotNull:
      return "IS NOT NULL";
  }
  return "";
}

const KeyRule* FindKey(const EntityRule& entity, std::string_view key) {
  for (const KeyRule& rule : entity.keys) {
    if (rule.name.empty() || rule.name == key) return &rule;
  }
  return nullptr;
}

std::string KeyNames(const EntityRule& entity, Use use) {
  std::vector<std::string> names;
  for (const KeyRule& rule : entity.keys) {
    const bool usable = use == Use::kOrder ? rule.orderable : rule.operators.Has(Operator::kEqual);
    if (usable) names.push_back(fmt::format("'{}'", rule.name));
  }
  return fmt::format("{{{}}}", fmt::join(names, ", "));
}

}  // namespace rookery::filter
