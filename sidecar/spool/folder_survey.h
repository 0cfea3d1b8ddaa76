// Which segments a folder has, by their headers alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/identity.h"
#include "sidecar/spool/segment_header.h"

namespace rookery::spool {

struct FoundSegment {
  std::string path;
  uint64_t file_bytes = 0;
  // Without the owner's state and the names of lanes. Nothing: it is damaged.
  std::optional<SegmentHeader> header;
  uint64_t body = 0;
  bool has_state = false;
  std::optional<std::vector<int64_t>> next_seqs;
  // Where its records end, by the next segment's header. Nothing: not known.
  std::optional<uint64_t> end;
};

struct Survey {
  // Those that belong to the log, by number.
  std::map<uint64_t, FoundSegment> segments;
  // Begun, failed, and without an acknowledged record.
  std::vector<std::string> abandoned;
  // Of any file that has a number.
  uint64_t greatest_number = 0;
};

// Whether there is any file that has a segment's name.
StatusOr<bool> HasSegments(FileSystem& files, const std::string& folder);

// FAILED_PRECONDITION: a segment is of a later version. UNAVAILABLE: the disk cannot be read.
StatusOr<Survey> SurveyFolder(FileSystem& files, const std::string& folder,
                              const Producers& producers);

}  // namespace rookery::spool
