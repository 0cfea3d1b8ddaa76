// Writes the log's segments, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/group_queue.h"
#include "sidecar/spool/record.h"
#include "sidecar/spool/segment_set.h"
#include "sidecar/spool/spares.h"
#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {

// Used by one thread at a time.
class SegmentWriter {
 public:
  // `end`: where the log ended so far.
  SegmentWriter(FileSystem& files, std::string folder, std::string producer, Position end,
                SegmentSet& set, Spares& spares, const SpoolMetrics& metrics);

  // Finishes the group's records, writes and syncs them, in a new segment if the group begins one.
  // After an error the segment must not be written again.
  Status Write(Group* group);
  // The end of what Write wrote.
  Position end() const { return end_; }

 private:
  Status Begin(const Group& group);
  Status BeginIn(const std::string& spare, const std::string& path, const std::string& header);
  // Forgets a segment in which nothing is on disk.
  void Abandon(uint64_t number);
  Status WriteAndSync(const Group& group);

  FileSystem& files_;
  const std::string folder_;
  const std::string producer_;
  SegmentSet& set_;
  Spares& spares_;
  const SpoolMetrics& metrics_;
  Position end_;
  uint64_t group_ = 0;
  std::unique_ptr<File> file_;
  std::shared_ptr<Segment> segment_;
};

}  // namespace rookery::spool
