// What a folder's segments hold when a spool is opened.
#pragma once

#include <cstdint>
#include <string>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/identity.h"
#include "sidecar/spool/lane_table.h"
#include "sidecar/spool/segment_set.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/spool_metrics.h"

namespace rookery::spool {

struct Recovered {
  LaneTable lanes;
  // Where the log ends; segment 0 if it is empty.
  Position end;
  // Segments to come have greater numbers.
  uint64_t greatest_number = 0;
};

// Fills `set` and `state`. Reads all headers, and the records from the newest segment on whose
// state can be restored.
//
// FAILED_PRECONDITION: a segment is of a later version. UNAVAILABLE: the disk cannot be read.
StatusOr<Recovered> Recover(FileSystem& files, const std::string& folder,
                            const Producers& producers, const SpoolMetrics& metrics, State* state,
                            SegmentSet* set);

}  // namespace rookery::spool
