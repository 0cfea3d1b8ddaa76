#include "libs/base/status.h"

#include <absl/strings/cord.h>
#include <fmt/format.h>

namespace rookery {
namespace {

constexpr char kErrorCodeUrl[] = "type.rookery/error_code";
constexpr std::string_view kFactUrl = "type.rookery/fact/";

}  // namespace

Status WithErrorCode(Status status, std::string_view error_code) {
  status.SetPayload(kErrorCodeUrl, absl::Cord(std::string(error_code)));
  return status;
}

std::string ErrorCode(const Status& status) {
  auto payload = status.GetPayload(kErrorCodeUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

Status WithFact(Status status, std::string_view name, std::string_view value) {
  status.SetPayload(fmt::format("{}{}", kFactUrl, name), absl::Cord(std::string(value)));
  return status;
}

std::map<std::string, std::string> Facts(const Status& status) {
  std::map<std::string, std::string> facts;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    const std::string name(url);
    if (!name.starts_with(kFactUrl)) return;
    facts[name.substr(kFactUrl.size())] = std::string(payload);
  });
  return facts;
}

Status Prefixed(std::string_view message, const Status& status) {
  Status prefixed(status.code(), fmt::format("{}{}", message, std::string(status.message())));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { prefixed.SetPayload(url, payload); });
  return prefixed;
}

}  // namespace rookery
