#include <absl/strings/match.h>
#include <fmt/format.h>

#include <set>
#include <utility>

#include "libs/filter/filter.h"
#include "libs/filter/key_reader.h"
#include "libs/filter/lexer.h"
#include "libs/filter/syntax_error.h"

namespace rookery::filter {
namespace {

// True for ASC, false for DESC.
std::optional<bool> IsAscending(const Token& token) {
  const absl::string_view word(token.text.data(), token.text.size());
  if (token.kind != Token::Kind::kName) return std::nullopt;
  if (absl::EqualsIgnoreCase(word, "ASC")) return true;
  if (absl::EqualsIgnoreCase(word, "DESC")) return false;
  return std::nullopt;
}

}  // namespace

StatusOr<OrderKey> ParseOrderKey(const Grammar& grammar, std::string_view item) {
  const auto error = [&](const Token& token, std::string_view problem, std::string_view expected) {
    return SyntaxError(item, token.offset, fmt::format(fmt::runtime(problem), Excerpt(item)),
                       expected);
  };
  constexpr std::string_view kNotParsed = "Invalid order_by clause '{}'. Could not be parsed.";
  Lexer lexer(item);
  const Token first = lexer.Next();
  const WrittenKey written = ReadKey(first, item, &lexer);
  if (written.text.empty() || first.after_blank) return error(first, kNotParsed, "a key");

  OrderKey key;
  Token token = written.next;
  if (token.kind != Token::Kind::kEnd) {
    const auto ascending = IsAscending(token);
    if (!ascending && token.kind == Token::Kind::kName) {
      return error(token, "Invalid ordering key in order_by clause '{}'.", "ASC or DESC");
    }
    if (!ascending || !token.after_blank) return error(token, kNotParsed, "ASC or DESC");
    key.ascending = *ascending;
    token = lexer.Next();
  }
  if (token.kind != Token::Kind::kEnd || token.after_blank) {
    return error(token, kNotParsed, "the end");
  }
  ASSIGN_OR_RETURN(Resolved resolved, Resolve(grammar, Use::kOrder, item, written));
  key.entity = resolved.entity->entity;
  key.key = std::move(resolved.key);
  return key;
}

StatusOr<std::vector<OrderKey>> ParseOrder(const Grammar& grammar,
                                           const std::vector<std::string_view>& items) {
  if (items.size() > kMaxOrderKeys) {
    return absl::InvalidArgumentError(
        fmt::format("order_by has {} items; it may have at most {}.", items.size(), kMaxOrderKeys));
  }
  std::vector<OrderKey> order;
  std::set<std::pair<Entity, std::string>> seen;
  for (const std::string_view item : items) {
    ASSIGN_OR_RETURN(OrderKey key, ParseOrderKey(grammar, item));
    if (!seen.insert({key.entity, key.key}).second && grammar.distinct_order) {
      return absl::InvalidArgumentError(
          fmt::format("`order_by` contains duplicate fields: ['{}']",
                      Excerpt(fmt::format("{}", fmt::join(items, "', '")))));
    }
    order.push_back(std::move(key));
  }
  return order;
}

}  // namespace rookery::filter
