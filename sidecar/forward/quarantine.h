// What the upstream will not have.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/forward/quarantined.pb.h"

namespace rookery::sidecar {

// Keeps records that had been acknowledged and were refused, for people to look at and to send
// again
// (`rookery-sidecar quarantine`). A file of checked entries, appended and synced one by one: there
// are few. Thread-safe.
class Quarantine {
 public:
  explicit Quarantine(std::string path) : path_(std::move(path)) {}

  // UNAVAILABLE: the disk does not take it. A record is there only once, however often it is added.
  Status Add(const QuarantinedRecord& record);

  // All that can be read; entries that are damaged are left out. Without a file: none.
  StatusOr<std::vector<QuarantinedRecord>> List() const;
  // Removes all.
  Status Clear();

 private:
  StatusOr<std::vector<QuarantinedRecord>> Read() const;

  const std::string path_;
  mutable std::mutex mutex_;
  // Where the records were that are there, once it was looked.
  std::optional<std::set<std::pair<uint64_t, uint32_t>>> known_;
};

}  // namespace rookery::sidecar
