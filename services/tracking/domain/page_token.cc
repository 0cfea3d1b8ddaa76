#include "services/tracking/domain/page_token.h"

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <vector>

#include "libs/checks/python_text.h"

namespace rookery::tracking {
namespace {

constexpr char kMetricCursor[] = "metric";

Status BadToken(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("Invalid page token, {}", why));
}

}  // namespace

std::string PageToken(const store::MetricCursor& cursor) {
  return absl::Base64Escape(fmt::format("{}:{}:{}:{:d}:{}", kMetricCursor, cursor.timestamp_ms,
                                        cursor.step, cursor.is_nan, cursor.value));
}

StatusOr<store::MetricCursor> ParseMetricCursor(std::string_view token) {
  store::MetricCursor cursor;
  if (token.empty()) return cursor;
  std::string plain;
  // Abseil does without padding, MLflow does not.
  if (token.size() % 4 != 0 ||
      !absl::Base64Unescape(absl::string_view(token.data(), token.size()), &plain)) {
    return BadToken("could not base64-decode");
  }
  const std::vector<std::string> parts = absl::StrSplit(plain, ':');
  int is_nan = 0;
  if (parts.size() != 5 || parts[0] != kMetricCursor ||
      !absl::SimpleAtoi(parts[1], &cursor.timestamp_ms) ||
      !absl::SimpleAtoi(parts[2], &cursor.step) || !absl::SimpleAtoi(parts[3], &is_nan) ||
      !absl::SimpleAtod(parts[4], &cursor.value)) {
    return BadToken("decoded value=" + PythonBytes(plain));
  }
  cursor.is_nan = is_nan != 0;
  return cursor;
}

}  // namespace rookery::tracking
