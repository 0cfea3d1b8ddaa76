#include "services/tracking/domain/keys.h"

#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>
#include <utf8proc.h>

#include <vector>

namespace rookery::tracking {
namespace {

bool IsLetterOrDigit(utf8proc_int32_t character) {
  const utf8proc_category_t category = utf8proc_category(character);
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
         (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

bool HasOnlyAllowedCharacters(std::string_view key) {
  constexpr std::string_view kAllowed = "_-.:/ ";
  auto* next = reinterpret_cast<const utf8proc_uint8_t*>(key.data());
  auto left = static_cast<utf8proc_ssize_t>(key.size());
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(next, left, &character);
    if (length <= 0) return false;
    const bool allowed = (character < 128 &&
                          kAllowed.find(static_cast<char>(character)) != std::string_view::npos) ||
                         IsLetterOrDigit(character);
    if (!allowed) return false;
    next += length;
    left -= length;
  }
  return true;
}

// POSIX path normalisation: no empty and no `.` parts, `..` resolved where it can be.
std::string NormalPath(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string> kept;
  for (auto& part : std::vector<std::string>(absl::StrSplit(std::string(path), '/'))) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(std::move(part));
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back("..");
    }
  }
  // Two leading slashes, and only two, stay as they are.
  const bool two = path.starts_with("//") && !path.starts_with("///");
  const std::string root = two ? "//" : absolute ? "/" : "";
  const std::string normal = root + absl::StrJoin(kept, "/");
  return normal.empty() ? "." : normal;
}

}  // namespace

std::string KeyProblem(std::string_view key) {
  if (!HasOnlyAllowedCharacters(key)) {
    return "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), "
           "spaces ( ), colon(:) and slashes (/).";
  }
  const std::string normal = NormalPath(key);
  if (normal == key && normal != "." && !normal.starts_with("..") && !normal.starts_with('/')) {
    return "";
  }
  return fmt::format(
      "Names may be treated as files in certain cases, and must not resolve to other names when "
      "treated as such. This name would resolve to '{}'",
      normal);
}

}  // namespace rookery::tracking
