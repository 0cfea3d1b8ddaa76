#include "libs/filter/string_list.h"

#include <absl/strings/ascii.h>

#include <charconv>
#include <cstdint>

#include "libs/filter/syntax_error.h"

namespace rookery::filter {
namespace {

constexpr std::string_view kIllFormed =
    "While parsing a list in the query, expected a non-empty list of string values, but got "
    "ill-formed list.";
constexpr std::string_view kEmpty =
    "While parsing a list in the query, expected a non-empty list of string values, but got empty "
    "list";
constexpr std::string_view kOtherType =
    "While parsing a list in the query, expected string value, punctuation, or whitespace, but got "
    "different type in list";

void AppendUtf8(uint32_t point, std::string* out) {
  const auto byte = [out](uint32_t value) { out->push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0 | point >> 6);
    byte(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    byte(0xe0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3f));
    byte(0x80 | (point & 0x3f));
  } else {
    byte(0xf0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3f));
    byte(0x80 | (point >> 6 & 0x3f));
    byte(0x80 | (point & 0x3f));
  }
}

bool IsCharacter(uint32_t point) { return point < 0x110000 && (point < 0xd800 || point >= 0xe000); }

class ListReader {
 public:
  ListReader(std::string_view text, size_t begin) : text_(text), at_(begin + 1) {}

  StatusOr<StringList> Run() {
    StringList list;
    while (true) {
      SkipBlanks();
      if (At() == ')') break;
      if (At() != '\'' && At() != '"') return NoText();
      RETURN_IF_ERROR(ReadText(&list.texts.emplace_back()));
      if (At() == ',') {
        ++at_;
      } else if (At() != ')') {
        return SyntaxError(text_, at_, kIllFormed, "`,` or `)`");
      }
    }
    if (list.texts.empty()) return SyntaxError(text_, at_, kEmpty, "a quoted text");
    list.end = at_ + 1;
    return list;
  }

 private:
  char At(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void SkipBlanks() {
    while (absl::ascii_isspace(At())) ++at_;
  }

  Status NoText() const {
    const bool is_number = absl::ascii_isdigit(At()) || At() == '-' || At() == '.';
    return SyntaxError(text_, at_, is_number ? kOtherType : kIllFormed, "a quoted text");
  }

  // Literals that follow each other are one text.
  Status ReadText(std::string* out) {
    while (At() == '\'' || At() == '"') {
      RETURN_IF_ERROR(ReadLiteral(out));
      SkipBlanks();
    }
    return absl::OkStatus();
  }

  Status ReadLiteral(std::string* out) {
    const size_t begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\') {
        RETURN_IF_ERROR(ReadEscape(out));
      } else {
        out->push_back(text_[at_++]);
      }
    }
    if (at_ == text_.size()) return SyntaxError(text_, begin, kIllFormed, "a text that ends");
    ++at_;
    return absl::OkStatus();
  }

  // An escape that Python does not know keeps its backslash.
  Status ReadEscape(std::string* out) {
    constexpr std::string_view kLetters = "\\'\"abfnrtv\n";
    constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
    const char letter = At(1);
    if (letter == 'x') return ReadCharacter(2, out);
    if (letter == 'u') return ReadCharacter(4, out);
    if (letter == 'U') return ReadCharacter(8, out);
    const size_t known = letter == '\0' ? std::string_view::npos : kLetters.find(letter);
    if (known == std::string_view::npos) {
      out->push_back(text_[at_++]);
      return absl::OkStatus();
    }
    // A backslash at the end of a line joins it with the next.
    if (known < kMeanings.size()) out->push_back(kMeanings[known]);
    at_ += 2;
    return absl::OkStatus();
  }

  Status ReadCharacter(size_t digits, std::string* out) {
    const std::string_view hex = text_.substr(at_ + 2, digits);
    uint32_t point = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), point, 16);
    if (error != std::errc() || end != hex.data() + digits || !IsCharacter(point)) {
      return SyntaxError(text_, at_, kIllFormed, "an escape that names a character");
    }
    AppendUtf8(point, out);
    at_ += 2 + digits;
    return absl::OkStatus();
  }

  std::string_view text_;
  size_t at_;
};

}  // namespace

StatusOr<StringList> ReadStringList(std::string_view text, size_t begin) {
  return ListReader(text, begin).Run();
}

}  // namespace rookery::filter
