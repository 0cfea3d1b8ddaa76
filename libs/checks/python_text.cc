#include "libs/checks/python_text.h"

#include <fmt/format.h>

namespace rookery {
namespace {

constexpr unsigned char kDelete = 0x7f;

// `quote` is the character that the text is written between.
std::string Escaped(std::string_view text, char quote, bool ascii_only) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < ' ' || byte == kDelete || (ascii_only && byte > kDelete)) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

char QuoteFor(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const bool has_double = text.find('"') != std::string_view::npos;
  return has_single && !has_double ? '"' : '\'';
}

}  // namespace

std::string PythonRepr(std::string_view text) {
  const char quote = QuoteFor(text);
  return quote + Escaped(text, quote, /*ascii_only=*/false) + quote;
}

std::string PythonRepr(double value) {
  std::string digits = fmt::format("{}", value);
  if (digits.find_first_not_of("-0123456789") == std::string::npos) digits += ".0";
  return digits;
}

std::string PythonBytes(std::string_view bytes) {
  const char quote = QuoteFor(bytes);
  return fmt::format("b{0}{1}{0}", quote, Escaped(bytes, quote, /*ascii_only=*/true));
}

}  // namespace rookery
