#include "services/artifact/store/scratch_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "libs/base/ids.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/disk_error.h"
#include "services/artifact/store/folder.h"

namespace rookery::artifact {
namespace {

// An upload that began before the delete may still put files into the folder.
constexpr int kAttempts = 16;

Status CheckWritable(int folder) {
  const std::string name = ScratchFolder::NewName();
  UniqueFd probe(openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!probe.valid()) return DiskError(errno, "making a file in", kReservedFolder);
  if (unlinkat(folder, name.c_str(), 0) != 0) {
    return DiskError(errno, "removing a file from", kReservedFolder);
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<ScratchFolder> ScratchFolder::Open(int root) {
  ASSIGN_OR_RETURN(MadeFolder folder, MakeFolder(root, kReservedFolder));
  RETURN_IF_ERROR(CheckWritable(folder.fd.get()));
  return ScratchFolder(std::move(folder.fd));
}

std::string ScratchFolder::NewName() { return NewRequestId() + NewRequestId(); }

Status ScratchFolder::RemoveFolder(const std::string& name) const {
  // Folders within folders come up to this one first: the depth costs neither descriptors nor
  // stack.
  std::vector<std::string> folders = {name};
  while (!folders.empty()) {
    const std::string next = std::move(folders.back());
    folders.pop_back();
    for (int attempt = 0;; ++attempt) {
      RETURN_IF_ERROR(Empty(next, folders));
      if (unlinkat(fd(), next.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) break;
      const bool refilled = errno == ENOTEMPTY || errno == EEXIST;
      if (!refilled || attempt == kAttempts) return DiskError(errno, "removing the folder", next);
    }
  }
  return absl::OkStatus();
}

Status ScratchFolder::Empty(const std::string& name, std::vector<std::string>& folders) const {
  auto folder = OpenFolder(fd(), name);
  // Another server removes the same leftovers.
  if (absl::IsNotFound(folder.status())) return absl::OkStatus();
  RETURN_IF_ERROR(folder);
  ASSIGN_OR_RETURN(FolderNames names, FolderNames::Open(*std::move(folder), name));
  for (;;) {
    ASSIGN_OR_RETURN(const char* entry, names.Next());
    if (entry == nullptr) return absl::OkStatus();
    if (unlinkat(names.fd(), entry, 0) == 0 || errno == ENOENT) continue;
    if (errno != EISDIR && errno != EPERM) return DiskError(errno, "removing from", name);
    std::string up = NewName();
    if (renameat(names.fd(), entry, fd(), up.c_str()) == 0) {
      folders.push_back(std::move(up));
    } else if (errno != ENOENT) {
      return DiskError(errno, "removing the folder", entry);
    }
  }
}

Status ScratchFolder::RemoveLeftovers(absl::Time before) const {
  ASSIGN_OR_RETURN(UniqueFd folder, OpenFolder(fd(), ""));
  ASSIGN_OR_RETURN(FolderNames names, FolderNames::Open(std::move(folder), kReservedFolder));
  for (;;) {
    ASSIGN_OR_RETURN(const char* name, names.Next());
    if (name == nullptr) return absl::OkStatus();
    struct stat facts;
    if (fstatat(fd(), name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
    // Writing changes this time, and so does moving a folder to here.
    if (absl::TimeFromTimespec(facts.st_ctim) >= before) continue;
    if (S_ISDIR(facts.st_mode)) {
      RETURN_IF_ERROR(RemoveFolder(name));
    } else if (unlinkat(fd(), name, 0) != 0 && errno != ENOENT) {
      return DiskError(errno, "removing the leftover", name);
    }
  }
}

}  // namespace rookery::artifact
