#include "libs/base/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "libs/base/ids.h"

namespace rookery {
namespace {

constexpr size_t kLength = 55;
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdLength = 32;
constexpr size_t kParentIdAt = 36;
constexpr size_t kParentIdLength = 16;
constexpr size_t kFlagsAt = 53;

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsId(std::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<std::string> ParseTraceparent(std::string_view text) {
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return {};
  const std::string_view version = text.substr(0, 2);
  const std::string_view flags = text.substr(kFlagsAt, 2);
  if (!IsHex(version) || version == "ff" || !IsHex(flags)) return {};
  if (!IsId(text.substr(kTraceIdAt, kTraceIdLength)) ||
      !IsId(text.substr(kParentIdAt, kParentIdLength))) {
    return {};
  }
  if (version == "00") {
    if (text.size() != kLength) return {};
    return std::string(text);
  }
  // Later versions may say more behind a dash. Of their flags only "sampled" is sure to mean what
  // it means in 00.
  if (text.size() > kLength && text[kLength] != '-') return {};
  const bool sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return fmt::format("00-{}-{}", text.substr(kTraceIdAt, kFlagsAt - 1 - kTraceIdAt),
                     sampled ? "01" : "00");
}

std::string NewTraceparent() {
  // A run's id is 32 random hex digits, a request's 16.
  return fmt::format("00-{}-{}-00", NewRunId(), NewRequestId());
}

std::string_view TraceId(std::string_view traceparent) {
  return traceparent.substr(std::min(kTraceIdAt, traceparent.size()), kTraceIdLength);
}

}  // namespace rookery
