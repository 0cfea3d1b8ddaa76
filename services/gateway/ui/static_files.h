// A folder of files that do not change while they are served, such as the build of a web UI.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::gateway {

struct StaticFile {
  std::string bytes;
  // The same, compressed: what lay beside it as `<name>.gz`. Empty if there was none.
  std::string gzip;
  std::string content_type;
  // With its quotes; the same for the same bytes, so that replicas agree.
  std::string etag;
};

// Read whole when it is made, so that no request waits for a disk and none sees half of an update.
// A name is looked up and never opened: there is no path that leads out. Immutable.
class StaticFiles {
 public:
  // INVALID_ARGUMENT: the folder cannot be read, or holds more than `max_bytes`.
  static StatusOr<StaticFiles> Read(const std::string& folder, uint64_t max_bytes);

  // `name` is relative to the folder, with `/` between its parts. Null if there is no such file.
  const StaticFile* Find(std::string_view name) const;

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

}  // namespace rookery::gateway
