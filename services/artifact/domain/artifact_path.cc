#include "services/artifact/domain/artifact_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "libs/base/call_context.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {
namespace {

constexpr std::string_view kWorkspacesFolder = "workspaces";

Status Invalid(std::string_view what_to_do) {
  return absl::InvalidArgumentError(fmt::format("Invalid path: {}", what_to_do));
}

std::vector<std::string_view> Split(std::string_view path, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = path.find_first_of(separators);
    parts.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return parts;
    path.remove_prefix(end + 1);
  }
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = HexDigit(text[i + 1]);
      const auto low = HexDigit(text[i + 2]);
      if (high && low) {
        decoded.push_back(static_cast<char>(*high * 16 + *low));
        i += 2;
        continue;
      }
    }
    decoded.push_back(text[i]);
  }
  return decoded;
}

// A path that hides a way out of the store from whoever decodes it once is an attack. What else
// decoding may bring to light is not: names of logged images have `%` before random hex digits.
bool LeavesStoreWhenDecoded(std::string_view path) {
  std::string text(path);
  for (;;) {
    std::string decoded = PercentDecoded(text);
    if (decoded == text) return false;
    text = std::move(decoded);
    if (text.starts_with('/') || text.starts_with('\\')) return true;
    if (std::ranges::count(Split(text, "/\\"), "..") > 0) return true;
  }
}

Status CheckPart(std::string_view part) {
  if (part.empty()) return Invalid("write one '/' between parts and none at the ends.");
  if (part == "." || part == "..") return Invalid("leave out the parts '.' and '..'.");
  if (part.size() > kMaxPartBytes) {
    return Invalid(fmt::format("shorten each part to {} bytes.", kMaxPartBytes));
  }
  return absl::OkStatus();
}

Status CheckPath(std::string_view path) {
  if (path.size() > kMaxPathBytes) {
    return Invalid(fmt::format("shorten it to {} bytes.", kMaxPathBytes));
  }
  if (path.starts_with('/')) return Invalid("begin it with a name, not with '/'.");
  if (path.find_first_of(std::string_view("\0\\#", 3)) != std::string_view::npos) {
    return Invalid("leave out NUL, '\\' and '#'.");
  }
  const std::vector<std::string_view> parts = Split(path, "/");
  for (const auto part : parts) RETURN_IF_ERROR(CheckPart(part));
  if (LeavesStoreWhenDecoded(path)) return Invalid("leave out encoded '..' and encoded '/'.");
  if (parts.front().starts_with(kReservedPrefix)) {
    return Invalid(fmt::format("'{}' is the server's own. Choose another name.", parts.front()));
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<std::string> BlobKey(std::string_view workspace, std::string_view path) {
  if (!path.empty()) RETURN_IF_ERROR(CheckPath(path));
  if (workspace == kDefaultWorkspace) {
    if (Split(path, "/").front() == kWorkspacesFolder) {
      return Invalid(
          "'workspaces' holds the files of other workspaces. Name the workspace instead.");
    }
    return std::string(path);
  }
  // A name of another shape would lead into another workspace.
  if (!CheckPart(workspace).ok() || workspace.find('/') != std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format("Invalid workspace '{}'.", workspace));
  }
  std::string key = fmt::format("{}/{}", kWorkspacesFolder, workspace);
  if (!path.empty()) key.append("/").append(path);
  return key;
}

bool IsHidden(std::string_view workspace, std::string_view top_name) {
  return workspace == kDefaultWorkspace && top_name == kWorkspacesFolder;
}

}  // namespace rookery::artifact
