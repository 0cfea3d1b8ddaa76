// A small file system of a test's own, to fill up or to make read-only.
#pragma once

#include <sys/mount.h>

#include <string>

#include "services/artifact/testing/temp_folder.h"

namespace rookery::artifact::testing {

// Mounted while it lives. Needs root: ask `mounted()`, and print that the test was not run if it is
// not.
class Tmpfs {
 public:
  // `options` as of mount(8), for example "size=1m".
  explicit Tmpfs(const std::string& options)
      : mounted_(mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0) {}
  ~Tmpfs() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }

  bool mounted() const { return mounted_; }
  std::string path() const { return folder_.path(); }

  // False if the kernel refuses.
  bool MakeReadOnly() {
    return mount(nullptr, folder_.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  TempFolder folder_;
  const bool mounted_;
};

// Ends the test as skipped, with a line that says so.
#define ROOKERY_NEEDS_MOUNT(tmpfs)                          \
  if (!(tmpfs).mounted()) {                                 \
    GTEST_SKIP() << "NOT RUN: mounting a tmpfs needs root"; \
  }

}  // namespace rookery::artifact::testing
