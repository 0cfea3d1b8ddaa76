// The hidden folder of a local store: what comes in and what goes out lies here for a while.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <vector>

#include "libs/base/status.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {

// Uploads are written here and renamed into their place; folders that are deleted are renamed to
// here, so that they vanish in one step, and taken apart. It lies in the store's root, as a rename
// works within one file system only.
//
// Plain files and not O_TMPFILE: such a file can be linked to a free name but not over a taken one,
// and network file systems do not have it. The price is that a crash leaves files behind, which the
// next start removes.
//
// Thread-safe; several servers may share one.
class ScratchFolder {
 public:
  // Makes it below the open folder `root` if it is absent. UNAVAILABLE: it is not writable.
  static StatusOr<ScratchFolder> Open(int root);

  int fd() const { return folder_.get(); }

  // Free in this folder.
  static std::string NewName();

  // Takes a folder that lies here apart. UNAVAILABLE: the disk failed.
  Status RemoveFolder(const std::string& name) const;

  // Removes what has not been touched since `before`, which is what a crash left. UNAVAILABLE: the
  // disk failed.
  Status RemoveLeftovers(absl::Time before) const;

 private:
  explicit ScratchFolder(UniqueFd folder) : folder_(std::move(folder)) {}

  // Removes the files in `name`, brings its folders up to here and adds their names to `folders`.
  Status Empty(const std::string& name, std::vector<std::string>& folders) const;

  UniqueFd folder_;
};

}  // namespace rookery::artifact
