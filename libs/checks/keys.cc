#include "libs/checks/keys.h"

#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <vector>

#include "libs/checks/text.h"

namespace rookery {
namespace {

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
      kept.emplace_back("..");
    }
  }
  // Two leading slashes, and only two, stay as they are.
  const bool two = path.starts_with("//") && !path.starts_with("///");
  const std::string root = two ? "//" : absolute ? "/" : "";
  const std::string normal = root + absl::StrJoin(kept, "/");
  return normal.empty() ? "." : normal;
}

// Whether NormalPath leaves a path below here as it is: without putting one together, since this is
// asked of every point that is logged.
bool IsNormalRelativePath(std::string_view path) {
  for (;;) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string PathProblem(std::string_view name) {
  if (IsNormalRelativePath(name) && !name.starts_with("..")) return "";
  return fmt::format(
      "Names may be treated as files in certain cases, and must not resolve to other names when "
      "treated as such. This name would resolve to '{}'",
      NormalPath(name));
}

std::string KeyProblem(std::string_view key) {
  if (!HasOnlyLettersDigitsAnd("_-.:/ ", key)) {
    return "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), "
           "spaces ( ), colon(:) and slashes (/).";
  }
  return PathProblem(key);
}

}  // namespace rookery
