#include "services/artifact/domain/byte_range.h"

#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace rookery::artifact {
namespace {

constexpr std::string_view kUnit = "bytes=";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Digits only. More of them than fit mean a place that is after every file's end.
std::optional<int64_t> ParseNumber(std::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  int64_t number = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (result.ec == std::errc::result_out_of_range) return std::numeric_limits<int64_t>::max();
  return number;
}

Status OutOfRange(int64_t size) {
  return absl::OutOfRangeError(
      fmt::format("The range begins after the last byte. The file has {} bytes.", size));
}

StatusOr<ByteRange> SelectSuffix(int64_t length, int64_t size) {
  if (length == 0) return OutOfRange(size);
  // No Content-Range can describe a part of nothing.
  if (size == 0) return ByteRange{};
  length = std::min(length, size);
  return ByteRange{size - length, length, true};
}

}  // namespace

StatusOr<ByteRange> SelectRange(std::string_view header, int64_t size) {
  const ByteRange whole{0, size, false};
  header = Trimmed(header);
  if (!absl::StartsWithIgnoreCase({header.data(), header.size()}, {kUnit.data(), kUnit.size()})) {
    return whole;
  }
  const std::string_view spec = Trimmed(header.substr(kUnit.size()));
  const size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = ParseNumber(spec.substr(0, dash));
  const auto last = ParseNumber(spec.substr(dash + 1));
  if (dash == 0) return last ? SelectSuffix(*last, size) : whole;
  const bool open_ended = dash + 1 == spec.size();
  if (!first || (!last && !open_ended) || (last && *last < *first)) return whole;
  if (*first >= size) return OutOfRange(size);
  const int64_t end = last ? std::min(*last, size - 1) : size - 1;
  return ByteRange{*first, end - *first + 1, true};
}

std::string ContentRange(const ByteRange& range, int64_t size) {
  return fmt::format("bytes {}-{}/{}", range.first, range.first + range.length - 1, size);
}

std::string UnsatisfiedContentRange(int64_t size) { return fmt::format("bytes */{}", size); }

}  // namespace rookery::artifact
