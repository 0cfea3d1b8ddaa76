#include "libs/filter/filter.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <fmt/format.h>

#include <utility>

#include "libs/filter/key_reader.h"
#include "libs/filter/lexer.h"
#include "libs/filter/string_list.h"
#include "libs/filter/syntax_error.h"

namespace rookery::filter {
namespace {

constexpr std::string_view kInvalidClause = "Invalid clause(s) in filter string: '{}'";
constexpr std::string_view kComparisons = "=, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS";

bool IsWord(const Token& token, std::string_view word) {
  return token.kind == Token::Kind::kName &&
         absl::EqualsIgnoreCase(absl::string_view(token.text.data(), token.text.size()),
                                absl::string_view(word.data(), word.size()));
}

std::optional<Operator> Comparison(std::string_view text) {
  using enum Operator;
  for (const Operator op : {kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual}) {
    if (text == Name(op)) return op;
  }
  return std::nullopt;
}

std::string OperatorNames(Operators operators) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(Operator::kIsNotNull); ++i) {
    const auto op = static_cast<Operator>(i);
    if (operators.Has(op)) names.push_back(fmt::format("'{}'", Name(op)));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string_view WithoutQuotes(const Token& token) {
  return token.text.substr(1, token.text.size() - 2);
}

Number AsNumber(std::string_view text) {
  const absl::string_view digits(text.data(), text.size());
  Number number;
  // The lexer takes only what this reads; what is too large becomes an infinity.
  if (!absl::SimpleAtod(digits, &number.real)) number.real = 0;
  if (int64_t integer = 0; absl::SimpleAtoi(digits, &integer)) number.integer = integer;
  return number;
}

// One filter, from front to back: each function begins at `token_` and leaves it after what it
// read.
class Parser {
 public:
  Parser(const Grammar& grammar, std::string_view text)
      : grammar_(grammar), text_(text), lexer_(text), token_(lexer_.Next()) {}

  StatusOr<std::vector<Clause>> Run() {
    if (token_.kind == Token::Kind::kEnd) return Blank();
    std::vector<Clause> clauses;
    // MLflow lets AND be doubled, missing, first or last.
    while (token_.kind != Token::Kind::kEnd) {
      if (IsWord(token_, "AND")) {
        token_ = lexer_.Next();
        continue;
      }
      if (clauses.size() == kMaxClauses) return TooMany();
      ASSIGN_OR_RETURN(clauses.emplace_back(), ReadClause());
    }
    return clauses;
  }

 private:
  Status Error(size_t offset, std::string_view problem, std::string_view expected) const {
    return SyntaxError(text_, offset, problem, expected);
  }
  Status Blank() const {
    return Error(0, fmt::format("Invalid filter '{}'. Could not be parsed.", Excerpt(text_)),
                 "a comparison");
  }
  Status TooMany() const {
    return Error(token_.offset,
                 fmt::format("The filter string has more than {} clauses.", kMaxClauses),
                 "the end");
  }

  StatusOr<Clause> ReadClause() {
    const Token first = token_;
    const WrittenKey key = ReadKey(first, text_, &lexer_);
    token_ = key.next;
    if (key.text.empty()) return NoKey(first);
    const Token op_token = token_;
    ASSIGN_OR_RETURN(const Operator op, ReadOperator(key));
    ASSIGN_OR_RETURN(Resolved resolved, Resolve(grammar_, Use::kFilter, text_, key));
    Clause clause{resolved.entity->entity, resolved.key, op, {}};
    // What MLflow says of a wrong value comes before what it says of a wrong operator.
    if (op == Operator::kIn || op == Operator::kNotIn) {
      RETURN_IF_ERROR(CheckOperator(resolved, op, op_token));
      ASSIGN_OR_RETURN(clause.value, ReadList());
    } else if (op != Operator::kIsNull && op != Operator::kIsNotNull) {
      ASSIGN_OR_RETURN(clause.value, ReadValue(resolved, key));
    }
    RETURN_IF_ERROR(CheckOperator(resolved, op, op_token));
    return clause;
  }

  Status NoKey(const Token& first) {
    const Token second = first.kind == Token::Kind::kUnknown ? first : lexer_.Next();
    if (second.kind == Token::Kind::kComparison) {
      return Error(first.offset,
                   fmt::format("Invalid comparison clause. Expected 'Identifier' found '{}'",
                               Excerpt(first.text)),
                   "a key");
    }
    return Error(first.offset, fmt::format(fmt::runtime(kInvalidClause), Excerpt(first.text)),
                 "a comparison, which begins with a key, or AND");
  }

  StatusOr<Operator> ReadOperator(const WrittenKey& key) {
    const Token token = token_;
    if (token.kind == Token::Kind::kComparison) {
      const auto op = Comparison(token.text);
      if (!op) return UnknownOperator(token.offset, token.text);
      token_ = lexer_.Next();
      return *op;
    }
    const bool negated = IsWord(token, "NOT");
    const Token word = negated ? lexer_.Next() : token;
    std::optional<Operator> op;
    if (IsWord(word, "IN")) op = negated ? Operator::kNotIn : Operator::kIn;
    if (IsWord(word, "LIKE") && !negated) op = Operator::kLike;
    if (IsWord(word, "ILIKE") && !negated) op = Operator::kIlike;
    if (IsWord(word, "IS") && !negated) return ReadNull(key);
    if (op) {
      token_ = lexer_.Next();
      return *op;
    }
    if (IsWord(word, "LIKE") || IsWord(word, "ILIKE") || IsWord(word, "RLIKE")) {
      return UnknownOperator(token.offset, Span(token, word));
    }
    // A word that is no key is more likely to be what is wrong than what is missing after it.
    if (key.key_begin == 0 && FindKey(grammar_.entities.front(), key.text) == nullptr) {
      return NoComparison(key, key.offset, "a comparison, which begins with a key, or AND");
    }
    return NoComparison(key, token.offset, kComparisons);
  }

  // After IS.
  StatusOr<Operator> ReadNull(const WrittenKey& key) {
    Token token = lexer_.Next();
    const bool negated = IsWord(token, "NOT");
    if (negated) token = lexer_.Next();
    if (!IsWord(token, "NULL")) return NoComparison(key, token.offset, "NULL or NOT NULL");
    token_ = lexer_.Next();
    return negated ? Operator::kIsNotNull : Operator::kIsNull;
  }

  Status UnknownOperator(size_t offset, std::string_view op) const {
    return Error(offset, fmt::format("Invalid comparator '{}'", Excerpt(op)), kComparisons);
  }

  Status NoComparison(const WrittenKey& key, size_t offset, std::string_view expected) const {
    return Error(offset, fmt::format(fmt::runtime(kInvalidClause), Excerpt(key.text)), expected);
  }

  std::string_view Span(const Token& first, const Token& last) const {
    return text_.substr(first.offset, last.offset + last.text.size() - first.offset);
  }

  Status CheckOperator(const Resolved& resolved, Operator op, const Token& op_token) const {
    const Operators allowed = resolved.rule->operators;
    if (allowed.Has(op)) return absl::OkStatus();
    std::string problem = fmt::format("Invalid comparator '{}' not one of '{{{}}}'", Name(op),
                                      OperatorNames(allowed));
    const std::string list_keys = KeysWithLists(*resolved.entity);
    if ((op == Operator::kIn || op == Operator::kNotIn) && !list_keys.empty()) {
      problem = fmt::format(
          "Only [{}] attributes support comparison with a list of quoted string values.",
          list_keys);
    } else if (const std::string words = WordsWithNull();
               kNullOperators.Has(op) && !words.empty()) {
      problem = fmt::format("IS NULL / IS NOT NULL is only supported for {}, not for '{}' '{}'",
                            words, resolved.entity->word, Excerpt(resolved.key));
    }
    return Error(op_token.offset, problem, OperatorNames(allowed));
  }

  static std::string KeysWithLists(const EntityRule& entity) {
    std::vector<std::string> names;
    for (const KeyRule& rule : entity.keys) {
      if (rule.operators.Has(Operator::kIn)) names.push_back(fmt::format("'{}'", rule.name));
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  std::string WordsWithNull() const {
    std::vector<std::string> words;
    for (const EntityRule& entity : grammar_.entities) {
      if (entity.keys.front().operators.Has(Operator::kIsNull)) {
        words.push_back(fmt::format("{}s", entity.word));
      }
    }
    return fmt::format("{}", fmt::join(words, " and "));
  }

  StatusOr<Value> ReadList() {
    if (token_.kind != Token::Kind::kOpen) {
      return Error(token_.offset, fmt::format(fmt::runtime(kInvalidClause), Excerpt(token_.text)),
                   "a list of quoted texts in parentheses");
    }
    ASSIGN_OR_RETURN(StringList list, ReadStringList(text_, token_.offset));
    lexer_.Seek(list.end);
    token_ = lexer_.Next();
    return std::move(list.texts);
  }

  StatusOr<Value> ReadValue(const Resolved& resolved, const WrittenKey& key) {
    const Token token = token_;
    if (token.kind == Token::Kind::kEnd) {
      return NoComparison(key, token.offset, "a value");
    }
    token_ = lexer_.Next();
    return resolved.rule->type == Type::kNumber ? NumberValue(resolved, token)
                                                : TextValue(resolved, token);
  }

  StatusOr<Value> NumberValue(const Resolved& resolved, const Token& token) const {
    if (token.kind == Token::Kind::kNumber) return AsNumber(token.text);
    const bool quoted = token.kind == Token::Kind::kSingle || token.kind == Token::Kind::kDouble;
    if (grammar_.quoted_numbers && quoted) {
      Lexer inner(WithoutQuotes(token));
      const Token number = inner.Next();
      if (number.kind == Token::Kind::kNumber && inner.Next().kind == Token::Kind::kEnd) {
        return AsNumber(number.text);
      }
    }
    const std::string problem =
        resolved.entity->entity == Entity::kAttribute
            ? fmt::format("Expected numeric value type for numeric attribute: {}. Found {}",
                          resolved.key, Excerpt(token.text))
            : fmt::format("Expected numeric value type for {}. Found {}", resolved.entity->word,
                          Excerpt(token.text));
    return Error(token.offset, problem, "a number");
  }

  StatusOr<Value> TextValue(const Resolved& resolved, const Token& token) const {
    if (token.kind == Token::Kind::kSingle || token.kind == Token::Kind::kDouble) {
      return std::string(WithoutQuotes(token));
    }
    if (token.kind == Token::Kind::kNumber && grammar_.numbers_as_text) {
      return std::string(token.text);
    }
    const std::string found = Excerpt(token.text);
    std::string problem;
    if (token.kind == Token::Kind::kName || token.kind == Token::Kind::kBackticked) {
      problem = fmt::format(
          "Parameter value is either not quoted or unidentified quote types used for string value "
          "{}. Use either single or double quotes.",
          found);
    } else if (resolved.entity->entity == Entity::kAttribute) {
      problem = fmt::format("Expected a quoted string value for attributes. Got value {}", found);
    } else if (resolved.entity->entity == Entity::kDataset) {
      problem =
          fmt::format("Expected a quoted string value for dataset attributes. Got value {}", found);
    } else {
      problem = fmt::format("Expected a quoted string value for {} (e.g. 'my-value'). Got value {}",
                            resolved.entity->word, found);
    }
    return Error(token.offset, problem, "a text in quotes");
  }

  const Grammar& grammar_;
  const std::string_view text_;
  Lexer lexer_;
  Token token_;
};

}  // namespace

StatusOr<std::vector<Clause>> ParseFilter(const Grammar& grammar, std::string_view filter) {
  if (filter.empty()) return std::vector<Clause>();
  if (filter.size() > kMaxFilterBytes) {
    return absl::InvalidArgumentError(fmt::format(
        "The filter string has {} bytes; it may have at most {}.", filter.size(), kMaxFilterBytes));
  }
  return Parser(grammar, filter).Run();
}

}  // namespace rookery::filter
