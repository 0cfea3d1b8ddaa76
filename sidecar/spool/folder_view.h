// A spool as its folder shows it, whoever has it open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/lane_table.h"
#include "sidecar/spool/record.h"
#include "sidecar/spool/segment_set.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {

// Changes nothing and takes no lock. If a process has the spool open, this is what was on disk when
// it was looked; segments that are used again meanwhile read as gaps. Used by one thread.
class FolderView {
 public:
  // Applies all records to `state`, as a start would; `state` takes "" for the snapshot of nothing.
  // Both outlive it. FAILED_PRECONDITION: it is no
  // spool, a copy, or of a later version. UNAVAILABLE: the disk cannot be read.
  static StatusOr<std::unique_ptr<FolderView>> Open(FileSystem& files, const std::string& folder,
                                                    State& state);
  ~FolderView();

  const std::string& producer_id() const { return producer_id_; }
  // By id.
  const std::vector<LaneRow>& lanes() const { return lanes_.rows(); }
  // The oldest first.
  std::vector<SegmentRef> segments() const;
  // Of the last record, its end.
  Position end() const { return end_; }
  // As Spool::Read.
  std::unique_ptr<Reader> Read(LaneId lane, Position from) const;

  // What a segment's bytes say.
  struct Check {
    int64_t records = 0;
    // Records whose payload is not what it was, and places between records that are none.
    int64_t damaged = 0;
    // Where the first of these is.
    uint64_t first_damage = 0;
    bool is_header_damaged = false;
  };
  // Reads all of it. UNAVAILABLE: the disk cannot be read.
  StatusOr<Check> CheckSegment(const Segment& segment) const;
  // Whether its file is still that segment's.
  bool IsStill(const Segment& segment) const;

 private:
  class ReadOnly;
  explicit FolderView(FileSystem& files);

  const std::unique_ptr<ReadOnly> files_;
  const SpoolMetrics metrics_;
  SegmentSet set_;
  LaneTable lanes_;
  std::string producer_id_;
  Position end_;
};

}  // namespace rookery::spool
