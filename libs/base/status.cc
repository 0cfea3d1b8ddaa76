#include "libs/base/status.h"

#include <absl/strings/cord.h>
#include <fmt/format.h>

namespace rookery {
namespace {

constexpr char kErrorCodeUrl[] = "type.rookery/error_code";

}  // namespace

Status WithErrorCode(Status status, std::string_view error_code) {
  status.SetPayload(kErrorCodeUrl, absl::Cord(std::string(error_code)));
  return status;
}

std::string ErrorCode(const Status& status) {
  auto payload = status.GetPayload(kErrorCodeUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

Status Prefixed(std::string_view message, const Status& status) {
  Status prefixed(status.code(), fmt::format("{}{}", message, std::string(status.message())));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { prefixed.SetPayload(url, payload); });
  return prefixed;
}

}  // namespace rookery
