// What the upstream will not have.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/forward/quarantined.pb.h"
#include "sidecar/spool/record.h"

namespace rookery::sidecar {

// Keeps records that had been acknowledged and were refused, for people to look at and to send
// again (`rookery-sidecar quarantine`). A file of checked entries, appended and synced one by one:
// there are few. Thread-safe, and may be changed by several processes: whoever does has the lock
// beside it.
class Quarantine {
 public:
  explicit Quarantine(std::string path) : path_(std::move(path)) {}

  // UNAVAILABLE: the disk does not take it. A record is there only once, however often it is added.
  Status Add(const QuarantinedRecord& record);

  // Whether the record that was there in the spool was added, as far as this object has seen.
  StatusOr<bool> Has(spool::Position position);

  // All that can be read; entries that are damaged are left out. Without a file: none.
  StatusOr<std::vector<QuarantinedRecord>> List() const;
  // Takes those out again, and what is damaged.
  Status Remove(const std::set<spool::Position>& positions);

 private:
  // Fills known_.
  Status Know();
  StatusOr<std::vector<QuarantinedRecord>> Read() const;

  const std::string path_;
  mutable std::mutex mutex_;
  // Where the records were that are there, or were, once it was looked.
  std::optional<std::set<spool::Position>> known_;
};

// Of the spool in `folder`.
std::string QuarantinePath(const std::string& folder);

// Where it was in the spool, which names it.
spool::Position PlaceOf(const QuarantinedRecord& record);

}  // namespace rookery::sidecar
