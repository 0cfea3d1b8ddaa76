#include "services/registry/domain/source_uri.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "libs/checks/artifact_host.h"
#include "libs/checks/text.h"

namespace rookery::registry {
namespace {

std::vector<std::string> Split(std::string_view text, char at) {
  return absl::StrSplit(std::string(text), at);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Undoes percent-encoding until there is none left. Every pass makes the text shorter.
std::string Decoded(std::string text) {
  for (;;) {
    std::string decoded;
    for (size_t i = 0; i < text.size(); ++i) {
      const int high = i + 2 < text.size() && text[i] == '%' ? HexDigit(text[i + 1]) : -1;
      const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
      if (low >= 0) {
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
      } else {
        decoded.push_back(text[i]);
      }
    }
    if (decoded.size() == text.size()) return decoded;
    text = std::move(decoded);
  }
}

bool IsSchemeCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '-' || c == '.';
}

// The parts of a path between slashes, each decoded.
std::vector<std::string> Parts(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : Split(path, '/')) {
    if (!part.empty()) parts.push_back(Decoded(std::move(part)));
  }
  return parts;
}

}  // namespace

SourceUri ParseSourceUri(std::string_view uri) {
  SourceUri parsed;
  const size_t colon = uri.find(':');
  if (colon != std::string_view::npos && colon > 0 &&
      absl::ascii_isalpha(static_cast<unsigned char>(uri[0])) &&
      std::all_of(uri.begin(), uri.begin() + static_cast<ptrdiff_t>(colon), IsSchemeCharacter)) {
    parsed.scheme = absl::AsciiStrToLower(std::string(uri.substr(0, colon)));
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const size_t end = std::min(uri.find_first_of("/?#"), uri.size());
    parsed.authority = uri.substr(0, end);
    uri.remove_prefix(end);
  }
  parsed.path = uri.substr(0, uri.find_first_of("?#"));
  return parsed;
}

bool IsLocal(const SourceUri& uri) { return uri.scheme.empty() || uri.scheme == "file"; }

bool NamesHost(const SourceUri& uri) { return ChoosesHost(uri.scheme, uri.authority); }

bool IsUpload(const SourceUri& uri) {
  if (uri.scheme != "mlflow-artifacts" || !uri.authority.empty()) return false;
  const std::vector<std::string> parts = Parts(uri.path);
  return parts.size() > 1 && parts[0] == "LocalUpload";
}

Status CheckAbsolute(const std::string& source) {
  const std::string decoded = Decoded(source);
  const SourceUri uri = ParseSourceUri(decoded);
  // Looked for in all of the URI: what a query or a fragment is, every client decides for itself.
  const std::vector<std::string> parts = Split(decoded, '/');
  const bool relative = std::find(parts.begin(), parts.end(), "..") != parts.end() ||
                        std::find(parts.begin(), parts.end(), ".") != parts.end();
  const bool has_control = std::any_of(decoded.begin(), decoded.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
  const bool has_path =
      uri.path.starts_with('/') && uri.path.find_first_not_of('/') != std::string::npos;
  const std::vector<std::string> path_parts = Split(uri.path, '/');
  const bool path_is_relative = path_parts.back() == "." || path_parts.back() == "..";
  if (has_path && !relative && !path_is_relative && !has_control) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Invalid model version source: '{}'. It must be a URI with an absolute path that "
                  "has no relative parts such as '..' and no control characters.",
                  source));
}

bool IsWithin(std::string_view source, std::string_view root) {
  const SourceUri inner = ParseSourceUri(source);
  const SourceUri outer = ParseSourceUri(root);
  const std::vector<std::string> inner_parts = Parts(inner.path);
  const std::vector<std::string> outer_parts = Parts(outer.path);
  return inner.scheme == outer.scheme && absl::EqualsIgnoreCase(inner.authority, outer.authority) &&
         !outer_parts.empty() && inner_parts.size() >= outer_parts.size() &&
         std::equal(outer_parts.begin(), outer_parts.end(), inner_parts.begin());
}

std::string RunOf(const SourceUri& uri) {
  if (!uri.authority.empty() || !uri.path.starts_with('/')) return "";
  return uri.path.substr(1, uri.path.find('/', 1) - 1);
}

std::optional<ModelUri> ParseModelUri(const SourceUri& uri) {
  const size_t begin = uri.path.find_first_not_of('/');
  if (begin == 0 || begin == std::string::npos) return std::nullopt;
  const std::vector<std::string> parts = Split(std::string_view(uri.path).substr(begin), '/');
  if (parts.size() > 2 || IsBlank(parts[0])) return std::nullopt;
  ModelUri parsed;
  if (parts.size() == 1) {
    const size_t at = parts[0].rfind('@');
    if (at == std::string::npos) {
      parsed.logged_model_id = parts[0];
      return parsed;
    }
    parsed.name = parts[0].substr(0, at);
    parsed.alias = parts[0].substr(at + 1);
    return IsBlank(parsed.alias) || IsBlank(parsed.name) ? std::nullopt : std::optional(parsed);
  }
  const std::string& suffix = parts[1];
  if (IsBlank(suffix)) return std::nullopt;
  parsed.name = parts[0];
  int64_t version = 0;
  if (absl::ascii_isdigit(static_cast<unsigned char>(suffix[0])) &&
      absl::SimpleAtoi(suffix, &version)) {
    parsed.version = version;
  } else if (!absl::EqualsIgnoreCase(suffix, "latest")) {
    parsed.stage = suffix;
  }
  return parsed;
}

}  // namespace rookery::registry
