#include "libs/filter/key_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/filter/syntax_error.h"

namespace rookery::filter {
namespace {

bool BeginsKey(Token::Kind kind) {
  return kind == Token::Kind::kName || kind == Token::Kind::kBackticked ||
         kind == Token::Kind::kDouble;
}

std::string_view Unquoted(std::string_view text, char quote) {
  if (text.size() < 2 || text.front() != quote || text.back() != quote) return text;
  return text.substr(1, text.size() - 2);
}

std::string_view KeyWithoutQuotes(std::string_view text) {
  const std::string_view plain = Unquoted(text, '\'');
  return Unquoted(plain.size() < text.size() ? plain : Unquoted(text, '"'), '`');
}

const EntityRule* FindPrefix(const Grammar& grammar, std::string_view prefix) {
  for (const EntityRule& entity : grammar.entities) {
    const auto& prefixes = entity.prefixes;
    if (std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end()) return &entity;
  }
  return nullptr;
}

std::string Prefixes(const Grammar& grammar) {
  std::vector<std::string> prefixes;
  for (const EntityRule& entity : grammar.entities) {
    prefixes.push_back(fmt::format("`{}.`", entity.prefixes.front()));
  }
  return fmt::format("{}", fmt::join(prefixes, ", "));
}

}  // namespace

WrittenKey ReadKey(const Token& first, std::string_view text, Lexer* lexer) {
  WrittenKey key;
  key.offset = first.offset;
  key.next = first;
  if (!BeginsKey(first.kind)) return key;
  size_t end = first.offset + first.text.size();
  key.next = lexer->Next();
  while (key.next.kind == Token::Kind::kDot && !key.next.after_blank) {
    const Token part = lexer->Next();
    const bool is_part = BeginsKey(part.kind) || part.kind == Token::Kind::kSingle;
    if (!is_part || part.after_blank) break;
    if (key.key_begin == 0) key.key_begin = part.offset - first.offset;
    end = part.offset + part.text.size();
    key.next = lexer->Next();
  }
  key.text = text.substr(first.offset, end - first.offset);
  return key;
}

StatusOr<Resolved> Resolve(const Grammar& grammar, Use use, std::string_view text,
                           const WrittenKey& written) {
  Resolved resolved;
  resolved.entity = &grammar.entities.front();
  if (written.key_begin > 0) {
    const std::string_view prefix = Unquoted(written.text.substr(0, written.key_begin - 1), '`');
    resolved.entity = FindPrefix(grammar, prefix);
    if (resolved.entity == nullptr) {
      return SyntaxError(
          text, written.offset,
          fmt::format("Invalid entity type '{}'. {}", Excerpt(prefix), grammar.valid_entities),
          Prefixes(grammar));
    }
  }
  std::string_view key = written.text.substr(written.key_begin);
  const bool bare = grammar.bare_attributes && use == Use::kFilter &&
                    resolved.entity->entity == Entity::kAttribute;
  if (!bare) key = KeyWithoutQuotes(key);
  const KeyRule* rule = FindKey(*resolved.entity, key);
  const bool usable =
      rule != nullptr &&
      (use == Use::kOrder ? rule->orderable : rule->operators.Has(Operator::kEqual));
  if (!usable) {
    const bool any_key = !resolved.entity->keys.empty() && resolved.entity->keys[0].name.empty();
    const std::string problem =
        any_key || (use == Use::kOrder && resolved.entity != &grammar.entities.front())
            ? fmt::format("Invalid identifier type '{}'", resolved.entity->word)
            : fmt::format("Invalid {} key '{}' specified. Valid keys are '{}'",
                          resolved.entity->word, Excerpt(key), KeyNames(*resolved.entity, use));
    return SyntaxError(text, written.offset + written.key_begin, problem, "one of these keys");
  }
  resolved.rule = rule;
  resolved.key = rule->means.empty() ? key : rule->means;
  return resolved;
}

}  // namespace rookery::filter
