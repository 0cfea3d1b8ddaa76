// The head of a segment, there and back: docs/formats/spool.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"
#include "sidecar/spool/lane_table.h"

namespace rookery::spool {

inline constexpr uint32_t kHeaderAlignment = 4096;
inline constexpr size_t kProducerBytes = 16;
inline constexpr size_t kMaxStateBytes = size_t{1} << 20;

struct SegmentHeader {
  uint64_t segment = 0;
  uint64_t previous = 0;
  uint32_t previous_end = 0;
  uint64_t floor = 0;
  uint64_t first_group = 0;
  int64_t begun_ns = 0;
  std::string producer;  // kProducerBytes
  // Neither is there if the segment was begun because another could not be written: what is known
  // then is of later records.
  std::optional<std::vector<LaneRow>> lanes;
  std::optional<std::string> state;
};

// What Encode makes of it.
uint32_t EncodedBytes(const SegmentHeader& header);
std::string Encode(const SegmentHeader& header);

// DATA_LOSS: it is damaged. FAILED_PRECONDITION: it is of a later version.
StatusOr<SegmentHeader> DecodeSegmentHeader(std::string_view bytes);

// The same of a file. UNAVAILABLE: it cannot be read.
StatusOr<SegmentHeader> ReadSegmentHeader(const File& file);

}  // namespace rookery::spool
