// A filter's text, cut into tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rookery::filter {

struct Token {
  enum class Kind : uint8_t {
    kEnd,
    kName,        // loss, AND, a1
    kBackticked,  // `a b`
    kSingle,      // 'a'
    kDouble,      // "a"
    kNumber,      // -1, .5, 1e3
    kComparison,  // >=
    kDot,         // .
    kComma,       // ,
    kOpen,        // (
    kClose,       // )
    kUnknown,     // what is none of these: one character, or a quote without its end
  };
  Kind kind = Kind::kEnd;
  // The token as it stands in the text, quotes included.
  std::string_view text;
  // Where it begins in the text, in bytes.
  size_t offset = 0;
  // Whether blanks stand before it.
  bool after_blank = false;
};

// Cuts a text from front to back; views it, and takes time linear in its length.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; at the end kEnd, again and again.
  Token Next();

  // The next token begins at the byte `offset`, or after it.
  void Seek(size_t offset);

 private:
  size_t QuotedEnd(size_t begin) const;
  size_t NumberEnd(size_t begin) const;
  size_t NameEnd(size_t begin) const;
  char At(size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  std::string_view text_;
  size_t at_ = 0;
};

// Which character of `text` begins at the byte `offset`; the first is 1.
size_t CharacterNumber(std::string_view text, size_t offset);

}  // namespace rookery::filter
