#include "libs/filter/lexer.h"

#include <absl/strings/ascii.h>

#include <algorithm>

namespace rookery::filter {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
bool IsBeyondAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool BeginsName(char c) { return absl::ascii_isalnum(c) || c == '_' || IsBeyondAscii(c); }
bool ContinuesName(char c) { return BeginsName(c) || c == '$' || c == '#'; }
bool IsComparison(char c) { return std::string_view("<>=~!").find(c) != std::string_view::npos; }

}  // namespace

Token Lexer::Next() {
  Token token;
  const size_t before = at_;
  while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  token.after_blank = at_ > before;
  token.offset = at_;
  if (at_ == text_.size()) return token;

  const char c = text_[at_];
  size_t end = at_ + 1;
  using enum Token::Kind;
  if (c == '\'' || c == '"' || c == '`') {
    end = QuotedEnd(at_);
    token.kind = c == '\'' ? kSingle : c == '"' ? kDouble : kBackticked;
    if (end == at_) {
      token.kind = kUnknown;
      end = text_.size();
    }
  } else if (const size_t number_end = NumberEnd(at_); number_end > at_) {
    token.kind = kNumber;
    end = number_end;
  } else if (BeginsName(c)) {
    token.kind = kName;
    end = NameEnd(at_);
  } else if (IsComparison(c)) {
    token.kind = kComparison;
    while (IsComparison(At(end))) ++end;
  } else {
    token.kind = c == '.'   ? kDot
                 : c == ',' ? kComma
                 : c == '(' ? kOpen
                 : c == ')' ? kClose
                            : kUnknown;
  }
  token.text = text_.substr(at_, end - at_);
  at_ = end;
  return token;
}

// Where a quoted text ends; `begin` if it does not. A doubled quote does not end it, and neither
// does one after a backslash, unless no other follows.
size_t Lexer::QuotedEnd(size_t begin) const {
  const char quote = text_[begin];
  size_t last_inner = begin;
  for (size_t at = begin + 1; at < text_.size(); ++at) {
    if (quote != '`' && text_[at] == '\\' && At(at + 1) == quote) {
      last_inner = ++at;
    } else if (text_[at] == quote) {
      if (At(at + 1) != quote) return at + 1;
      last_inner = at++;
    }
  }
  return last_inner == begin ? begin : last_inner + 1;
}

// Digits with a sign, a fraction or an exponent before which stand digits, and no name after it;
// `begin` if that is not there.
size_t Lexer::NumberEnd(size_t begin) const {
  const auto digits = [this](size_t at) {
    while (absl::ascii_isdigit(At(at))) ++at;
    return at;
  };
  size_t at = begin + (text_[begin] == '-' ? 1 : 0);
  const size_t whole = digits(at);
  size_t end = whole;
  if (At(end) == '.') end = digits(end + 1);
  if (end - at < 2 && whole == at) return begin;
  const bool ends_with_digit = absl::ascii_isdigit(At(end - 1));
  if (absl::ascii_tolower(At(end)) == 'e' && whole > at && ends_with_digit) {
    const size_t exponent = end + (At(end + 1) == '-' ? 2 : 1);
    if (const size_t exponent_end = digits(exponent); exponent_end > exponent) end = exponent_end;
  }
  return ContinuesName(At(end)) ? begin : end;
}

size_t Lexer::NameEnd(size_t begin) const {
  size_t end = begin;
  while (ContinuesName(At(end))) ++end;
  return end;
}

void Lexer::Seek(size_t offset) { at_ = offset; }

size_t CharacterNumber(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return 1 + static_cast<size_t>(std::count_if(before.begin(), before.end(),
                                               [](char c) { return !IsContinuation(c); }));
}

}  // namespace rookery::filter
