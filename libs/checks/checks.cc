#include "libs/checks/checks.h"

#include <fmt/format.h>

#include "libs/checks/keys.h"
#include "libs/checks/text.h"

namespace rookery {
namespace {

constexpr size_t kMaxRequestIdLength = 128;

}  // namespace

Status CheckLength(std::string_view what, std::string_view value, size_t limit) {
  if (CharacterCount(value) <= limit) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("'{}' exceeds the maximum length of {} characters", what, limit));
}

Status CheckKey(std::string_view path, std::string_view key) {
  const std::string problem = KeyProblem(key);
  return problem.empty() ? absl::OkStatus() : InvalidValue(path, key, problem);
}

Status CheckRequestId(std::string_view request_id) {
  return CheckLength("request_id", request_id, kMaxRequestIdLength);
}

Status InvalidValue(std::string_view path, std::string_view value, std::string_view problem) {
  return absl::InvalidArgumentError(
      problem.empty()
          ? fmt::format("Invalid value {} for parameter '{}' supplied.", QuotedJson(value), path)
          : fmt::format("Invalid value {} for parameter '{}' supplied: {}", QuotedJson(value), path,
                        problem));
}

}  // namespace rookery
