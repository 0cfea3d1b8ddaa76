#include "services/gateway/azure/mount.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libs/base/percent.h"
#include "libs/http/headers.h"
#include "libs/transcode/percent.h"

namespace rookery::gateway {
namespace {

constexpr std::string_view kOwnCalls = "/azureml/";
constexpr std::string_view kResources = "/subscriptions/";

struct FamilyRow {
  std::string_view word;
  Mount::Family family;
  std::string_view routes;
};

constexpr FamilyRow kFamilies[] = {
    {"mlflow", Mount::Family::kMlflow, ""},
    {"history", Mount::Family::kHistory, "/azureml/history"},
    {"artifact", Mount::Family::kArtifact, "/azureml/artifact"},
    {"modelmanagement", Mount::Family::kModelManagement, "/azureml/modelmanagement"},
};
constexpr FamilyRow kArm = {"", Mount::Family::kArm, ""};

// Goes through a path from its beginning, one segment after the other.
class Segments {
 public:
  explicit Segments(std::string_view path) : path_(path) {}

  // How much of the path was taken.
  size_t taken() const { return taken_; }

  bool TakeWord(std::string_view word) {
    return http::EqualsIgnoreCase(Next(), word) && Take(word.size());
  }

  // Whatever stands there, decoded.
  bool TakeName(std::string* name) {
    const std::string_view segment = Next();
    auto decoded = transcode::PercentDecode(segment, transcode::Plus::kPlus);
    if (!decoded.ok() || decoded->empty()) return false;
    *name = *std::move(decoded);
    return Take(segment.size());
  }

 private:
  // The segment that follows, without its slash; empty if there is none.
  std::string_view Next() const {
    const std::string_view rest = path_.substr(taken_);
    return rest.empty() ? rest : rest.substr(1, rest.find('/', 1) - 1);
  }
  bool Take(size_t segment_size) {
    taken_ += 1 + segment_size;
    return true;
  }

  const std::string_view path_;
  size_t taken_ = 0;
};

bool TakeResource(Segments* segments, Mount* mount) {
  return segments->TakeWord("subscriptions") && segments->TakeName(&mount->subscription) &&
         segments->TakeWord("resourceGroups") && segments->TakeName(&mount->resource_group) &&
         segments->TakeWord("providers") &&
         segments->TakeWord("Microsoft.MachineLearningServices") &&
         segments->TakeWord("workspaces") && segments->TakeName(&mount->workspace);
}

// <WS> in the case of letters that routes have.
std::string ResourceRoute(const Mount& mount) {
  return fmt::format(
      "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.MachineLearningServices/"
      "workspaces/{}",
      PercentEncode(mount.subscription), PercentEncode(mount.resource_group),
      PercentEncode(mount.workspace));
}

}  // namespace

std::optional<Mount> FindMount(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()) - 1);
  Segments segments(path);
  const FamilyRow* row = &kArm;
  for (const FamilyRow& family : kFamilies) {
    if (!segments.TakeWord(family.word)) continue;
    row = &family;
    break;
  }
  if (row != &kArm && !segments.TakeWord("v1.0") && !segments.TakeWord("v2.0")) {
    return std::nullopt;
  }
  const size_t resource_begins = segments.taken();
  Mount mount;
  if (!TakeResource(&segments, &mount)) return std::nullopt;
  mount.family = row->family;
  mount.asked = path;
  mount.prefix = path.substr(0, segments.taken());
  mount.resource = mount.prefix.substr(resource_begins);
  mount.path = row == &kArm ? ResourceRoute(mount) : std::string(row->routes);
  mount.path += path.substr(segments.taken());
  return mount;
}

bool MayReach(const std::optional<Mount>& mount, std::string_view path) {
  path.remove_prefix(std::max<size_t>(path.find_first_not_of('/'), 1) - 1);
  const bool under_own = mount && mount->family != Mount::Family::kMlflow;
  const bool own = path.starts_with(kOwnCalls) || path.starts_with(kResources);
  return own == under_own;
}

}  // namespace rookery::gateway
