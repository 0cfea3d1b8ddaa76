// Folders below the root of a local store. No symbolic link is ever followed: the walk goes from
// folder to folder by descriptors, so that nothing moved or linked meanwhile leads out of the root.
#pragma once

#include <dirent.h>

#include <memory>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {

// A key's folder ("" for the root) and its last part.
struct SplitKey {
  explicit SplitKey(const std::string& key);
  std::string folder;
  std::string name;
};

// The folder `path` below `root`; "" is the root itself. NOT_FOUND: it is absent. INVALID_ARGUMENT:
// a part of the path is no folder. UNAVAILABLE: the disk failed or the root was removed.
StatusOr<UniqueFd> OpenFolder(int root, const std::string& path);

struct MadeFolder {
  UniqueFd fd;
  // Whether it, or a folder above it, was absent. Then SyncPath makes it durable.
  bool is_new = false;
};

// The same, but makes what is absent. Never NOT_FOUND.
StatusOr<MadeFolder> MakeFolder(int root, const std::string& path);

// Makes the names in an open folder durable. UNAVAILABLE: the disk failed.
Status SyncFolder(int folder, const std::string& path);

// The same for all folders from `root` down to `path`. OK if they have been removed meanwhile.
Status SyncPath(int root, const std::string& path);

// Walks over the names in a folder. One thread at a time.
class FolderNames {
 public:
  // Of an open folder. UNAVAILABLE: the disk failed.
  static StatusOr<FolderNames> Open(UniqueFd folder, const std::string& path);

  // The next name, in the folder's own order, without `.` and `..`; null at the end. Valid until
  // the next call. UNAVAILABLE: the disk failed.
  StatusOr<const char*> Next();

  // The folder's descriptor.
  int fd() const { return ::dirfd(stream_.get()); }

 private:
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  FolderNames(DIR* stream, std::string path) : stream_(stream), path_(std::move(path)) {}

  std::unique_ptr<DIR, Close> stream_;
  std::string path_;
};

}  // namespace rookery::artifact
