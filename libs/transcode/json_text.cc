#include "libs/transcode/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace rookery::transcode {
namespace {

// For each byte: 0 if it stands for itself, the letter after the backslash, or 'u' for \u00XX.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (int c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

template <typename Float>
void AppendNumber(Float value, std::string* out) {
  if (std::isnan(value)) {
    out->append("\"NaN\"");
    return;
  }
  if (std::isinf(value)) {
    AppendNumber(std::copysign(std::numeric_limits<double>::max(), static_cast<double>(value)),
                 out);
    return;
  }
  const Float size = std::abs(value);
  // Where Python changes from digits to an exponent.
  const bool scientific = size != 0 && (size < Float(1e-4) || size >= Float(1e16));
  std::array<char, 64> buffer;
  char* const begin = buffer.data();
  char* const end =
      std::to_chars(begin, begin + buffer.size(), value,
                    scientific ? std::chars_format::scientific : std::chars_format::fixed)
          .ptr;
  out->append(begin, end);
  if (!scientific && std::find(begin, end, '.') == end) out->append(".0");
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = kEscapes[byte];
    if (escape == 0) [[likely]]
      continue;
    out->append(text, plain, i - plain);
    plain = i + 1;
    out->push_back('\\');
    out->push_back(escape);
    if (escape == 'u') {
      constexpr char kHex[] = "0123456789abcdef";
      out->append({'0', '0', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  out->append(text, plain);
  out->push_back('"');
}

void AppendJsonDouble(double value, std::string* out) { AppendNumber(value, out); }
void AppendJsonFloat(float value, std::string* out) { AppendNumber(value, out); }

}  // namespace rookery::transcode
