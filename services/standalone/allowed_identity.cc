#include "services/standalone/allowed_identity.h"

#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <utility>
#include <vector>

namespace rookery::standalone {
namespace {

Status NotUnderstood(const std::string& text) {
  return absl::InvalidArgumentError(fmt::format(
      "--allow '{}' is not understood. Write tenant=...,app=...,oid=..., or some of the three.",
      text));
}

}  // namespace

StatusOr<tracking::v1::AllowedIdentity> ParseAllowedIdentity(const std::string& text) {
  tracking::v1::AllowedIdentity identity;
  const std::vector<std::string> claims = absl::StrSplit(text, ',');
  for (const std::string& claim : claims) {
    std::pair<std::string, std::string> parts = absl::StrSplit(claim, absl::MaxSplits('=', 1));
    auto& [name, value] = parts;
    if (value.empty()) return NotUnderstood(text);
    if (name == "tenant" && !identity.has_tenant()) {
      identity.set_tenant(std::move(value));
    } else if (name == "app" && !identity.has_app()) {
      identity.set_app(std::move(value));
    } else if (name == "oid" && !identity.has_oid()) {
      identity.set_oid(std::move(value));
    } else {
      return NotUnderstood(text);
    }
  }
  return identity;
}

std::string FormatAllowedIdentity(const tracking::v1::AllowedIdentity& identity) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value);
  };
  add("tenant", identity.tenant());
  add("app", identity.app());
  add("oid", identity.oid());
  return text;
}

}  // namespace rookery::standalone
