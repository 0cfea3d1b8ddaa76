#include "services/artifact/store/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "services/artifact/store/disk_error.h"

namespace rookery::artifact {
namespace {

// Another caller may remove a folder between our mkdir and our open, but hardly this often.
constexpr int kAttempts = 16;

UniqueFd TryOpen(int folder, const char* name) {
  return UniqueFd(
      TEMP_FAILURE_RETRY(openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)));
}

Status OpenError(int error, const std::string& path) {
  switch (error) {
    case ENOENT:
      return absl::NotFoundError("is absent.");
    case ENOTDIR:
    case ELOOP:
      return absl::InvalidArgumentError("lies below a file. Choose a path with folders above it.");
    default:
      return DiskError(error, "opening the folder", path);
  }
}

StatusOr<UniqueFd> OpenPart(int folder, const std::string& part, const std::string& path) {
  UniqueFd opened = TryOpen(folder, part.c_str());
  if (!opened.valid()) return OpenError(errno, path);
  return opened;
}

StatusOr<UniqueFd> MakePart(int folder, const std::string& part, const std::string& path,
                            bool& is_new) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    UniqueFd opened = TryOpen(folder, part.c_str());
    if (opened.valid()) return opened;
    if (errno != ENOENT) return OpenError(errno, path);
    if (mkdirat(folder, part.c_str(), 0777) == 0) {
      is_new = true;
    } else if (errno == ENOENT) {
      // The folder above was removed meanwhile: the caller begins anew from the root.
      break;
    } else if (errno != EEXIST) {
      return DiskError(errno, "making the folder", path);
    }
  }
  return absl::AbortedError("was removed meanwhile.");
}

template <typename Step>
StatusOr<UniqueFd> Walk(int root, const std::string& path, Step step) {
  ASSIGN_OR_RETURN(UniqueFd folder, OpenPart(root, ".", path));
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    ASSIGN_OR_RETURN(folder, step(folder.get(), path.substr(begin, end - begin), path));
    begin = end + 1;
  }
  return folder;
}

// A removed folder can still be open, and everything in it is then absent, which would look like an
// empty store.
Status CheckRootIsThere(int root) {
  struct stat facts;
  if (fstat(root, &facts) != 0) return DiskError(errno, "reading", "the root");
  if (facts.st_nlink == 0) return DiskError(ENOENT, "reading", "the root");
  return absl::OkStatus();
}

}  // namespace

SplitKey::SplitKey(const std::string& key) {
  const size_t slash = key.rfind('/');
  if (slash == std::string::npos) {
    name = key;
  } else {
    folder = key.substr(0, slash);
    name = key.substr(slash + 1);
  }
}

StatusOr<UniqueFd> OpenFolder(int root, const std::string& path) {
  RETURN_IF_ERROR(CheckRootIsThere(root));
  return Walk(root, path, OpenPart);
}

StatusOr<MadeFolder> MakeFolder(int root, const std::string& path) {
  MadeFolder made;
  const auto make_part = [&made](int folder, const std::string& part, const std::string& whole) {
    return MakePart(folder, part, whole, made.is_new);
  };
  for (int attempt = 0;; ++attempt) {
    RETURN_IF_ERROR(CheckRootIsThere(root));
    auto folder = Walk(root, path, make_part);
    if (folder.ok()) {
      made.fd = *std::move(folder);
      return made;
    }
    if (!absl::IsAborted(folder.status())) return folder.status();
    if (attempt == kAttempts) return DiskError(EBUSY, "making the folder", path);
  }
}

Status SyncFolder(int folder, const std::string& path) {
  if (fsync(folder) == 0) return absl::OkStatus();
  // Network file systems that order such changes on their server refuse to sync folders.
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) return absl::OkStatus();
  return DiskError(errno, "syncing the folder", path);
}

Status SyncPath(int root, const std::string& path) {
  RETURN_IF_ERROR(SyncFolder(root, "the root"));
  const auto sync_part = [](int folder, const std::string& part,
                            const std::string& whole) -> StatusOr<UniqueFd> {
    ASSIGN_OR_RETURN(UniqueFd opened, OpenPart(folder, part, whole));
    RETURN_IF_ERROR(SyncFolder(opened.get(), whole));
    return opened;
  };
  const Status status = Walk(root, path, sync_part).status();
  const bool removed = absl::IsNotFound(status) || absl::IsInvalidArgument(status);
  return removed ? absl::OkStatus() : status;
}

StatusOr<FolderNames> FolderNames::Open(UniqueFd folder, const std::string& path) {
  DIR* stream = fdopendir(folder.get());
  if (stream == nullptr) return DiskError(errno, "listing", path);
  folder.release();
  return FolderNames(stream, path);
}

StatusOr<const char*> FolderNames::Next() {
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream_.get());
    if (entry == nullptr) {
      if (errno != 0) return DiskError(errno, "listing", path_);
      return nullptr;
    }
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) {
      return entry->d_name;
    }
  }
}

}  // namespace rookery::artifact
