#include "services/registry/domain/validation.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "libs/checks/checks.h"
#include "libs/checks/keys.h"
#include "libs/checks/text.h"

namespace rookery::registry {
namespace {

constexpr size_t kMaxNameLength = 256;
constexpr size_t kMaxAliasLength = 255;
constexpr size_t kMaxTagKeyLength = 250;
constexpr size_t kMaxTagValueLength = 100'000;
constexpr size_t kMaxDescriptionLength = 100'000;
constexpr size_t kMaxUriLength = 2048;
constexpr size_t kMaxIdLength = 256;
constexpr char kPromptTextTag[] = "mlflow.prompt.text";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Status CheckModelName(std::string_view name, std::string_view parameter) {
  if (IsBlank(name)) {
    return absl::InvalidArgumentError(
        fmt::format("Missing value for required parameter '{}'.", parameter));
  }
  if (name.find_first_of("/:") != std::string_view::npos) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid model name '{}'. Names cannot contain '/' or ':'.", name));
  }
  if (const std::string problem = PathProblem(name); !problem.empty()) {
    return InvalidValue("name", name, problem);
  }
  return CheckLength(parameter, name, kMaxNameLength);
}

Status CheckDescription(std::string_view description) {
  return CheckLength("description", description, kMaxDescriptionLength);
}

Status CheckModelTag(std::string_view key, std::string_view value) {
  RETURN_IF_ERROR(CheckKey("key", key));
  RETURN_IF_ERROR(CheckLength("key", key, kMaxTagKeyLength));
  return CheckLength("value", value, kMaxTagValueLength);
}

Status CheckVersionTag(std::string_view key, std::string_view value) {
  if (key == kPromptTextTag && CharacterCount(value) > kMaxTagValueLength) {
    return absl::InvalidArgumentError(
        fmt::format("Prompt text exceeds max length of {} characters.", kMaxTagValueLength));
  }
  return CheckModelTag(key, value);
}

Status CheckAlias(std::string_view alias) {
  if (alias.empty()) {
    return absl::InvalidArgumentError("Registered model alias name cannot be empty.");
  }
  if (!HasOnlyLettersDigitsAnd("_-", alias)) {
    return absl::InvalidArgumentError(
        fmt::format("Invalid alias name: '{}'. Names may only contain alphanumerics, underscores "
                    "(_), and dashes (-).",
                    alias));
  }
  return CheckLength("Registered model alias name", alias, kMaxAliasLength);
}

Status CheckNewAlias(std::string_view alias) {
  RETURN_IF_ERROR(CheckAlias(alias));
  if (IsLatestAlias(alias)) {
    return absl::InvalidArgumentError("'latest' alias name (case insensitive) is reserved.");
  }
  const bool names_version = alias.size() > 1 && (alias[0] == 'v' || alias[0] == 'V') &&
                             std::all_of(alias.begin() + 1, alias.end(), IsDigit);
  if (!names_version) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("Version alias name '{}' is reserved.", alias));
}

bool IsLatestAlias(std::string_view alias) {
  return absl::EqualsIgnoreCase(absl::string_view(alias.data(), alias.size()), "latest");
}

StatusOr<int64_t> ParseVersion(std::string_view version) {
  int64_t parsed = 0;
  if (absl::SimpleAtoi(absl::string_view(version.data(), version.size()), &parsed)) return parsed;
  return absl::InvalidArgumentError(
      fmt::format("Parameter 'version' must be an integer, got '{}'.", version));
}

Status CheckNewModel(const v1::CreateRegisteredModelRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckDescription(request.description()));
  for (const auto& tag : request.tags()) RETURN_IF_ERROR(CheckModelTag(tag.key(), tag.value()));
  return absl::OkStatus();
}

Status CheckNewVersion(const v1::CreateModelVersionRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckModelName(request.name()));
  RETURN_IF_ERROR(CheckLength("source", request.source(), kMaxUriLength));
  RETURN_IF_ERROR(CheckLength("run_link", request.run_link(), kMaxUriLength));
  RETURN_IF_ERROR(CheckLength("run_id", request.run_id(), kMaxIdLength));
  RETURN_IF_ERROR(CheckLength("model_id", request.model_id(), kMaxIdLength));
  RETURN_IF_ERROR(CheckDescription(request.description()));
  for (const auto& tag : request.tags()) RETURN_IF_ERROR(CheckVersionTag(tag.key(), tag.value()));
  return absl::OkStatus();
}

}  // namespace rookery::registry
