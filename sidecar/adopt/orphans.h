// Which spools below a root have no owner.
#pragma once

#include <absl/time/time.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/base/steady.h"

namespace rookery::sidecar {

// Used by one thread. Time is passed in.
class Orphans {
 public:
  // `after`: so long nobody may have held a spool's lock before it counts as left behind. A sidecar
  // that is started again after a crash must be quicker.
  Orphans(std::filesystem::path root, absl::Duration after)
      : root_(std::move(root)), after_(after) {}

  // The folders that were left behind, by name; none whose name begins with a dot. Holds the lock
  // of each spool for a moment. UNAVAILABLE: the root cannot be read.
  StatusOr<std::vector<std::filesystem::path>> Look(SteadyTime now);

 private:
  const std::filesystem::path root_;
  const absl::Duration after_;
  // When each folder was first found without an owner, and has been since.
  std::map<std::filesystem::path, SteadyTime> alone_since_;
};

}  // namespace rookery::sidecar
