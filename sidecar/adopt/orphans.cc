#include "sidecar/adopt/orphans.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "sidecar/spool/file_system.h"

namespace rookery::sidecar {
namespace {

bool IsSpool(const std::filesystem::path& folder) {
  std::error_code error;
  // What is half removed would be read as a spool that lost records.
  if (folder.filename().string().starts_with('.')) return false;
  return std::filesystem::is_regular_file(folder / "identity", error);
}

bool HasOwner(const std::filesystem::path& folder) {
  return !spool::FileSystem::Posix().Lock(folder / "lock").ok();
}

}  // namespace

StatusOr<std::vector<std::filesystem::path>> Orphans::Look(SteadyTime now) {
  std::map<std::filesystem::path, SteadyTime> alone;
  std::vector<std::filesystem::path> left_behind;
  std::error_code error;
  std::filesystem::directory_iterator entry(root_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::filesystem::path& folder = entry->path();
    if (!IsSpool(folder) || HasOwner(folder)) continue;
    const auto before = alone_since_.find(folder);
    const SteadyTime since = before == alone_since_.end() ? now : before->second;
    alone.emplace(folder, since);
    if (absl::FromChrono(now - since) >= after_) left_behind.push_back(folder);
  }
  if (error) {
    return absl::UnavailableError(
        fmt::format("Cannot read '{}': {}", root_.string(), error.message()));
  }
  alone_since_ = std::move(alone);
  std::ranges::sort(left_behind);
  return left_behind;
}

}  // namespace rookery::sidecar
