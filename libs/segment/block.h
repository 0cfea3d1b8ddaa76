// One block of a segment: see docs/formats/metric_segment.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libs/segment/points.h"

namespace rookery::segment {

inline constexpr size_t kMaxBlockPoints = 512;

// What the directory says of a block, without which its bytes cannot be read.
struct BlockInfo {
  uint32_t points = 0;
  uint32_t first_key = 0;
  uint32_t last_key = 0;
};

// The rows [begin, end) of `columns`, which are sorted. At least one and at most kMaxBlockPoints.
std::string EncodeBlock(const Columns& columns, size_t begin, size_t end);

// Appends the block's points to `columns`. False, and `columns` as before: the bytes are no such
// block.
[[nodiscard]] bool DecodeBlock(std::string_view bytes, const BlockInfo& info, Columns* columns);

}  // namespace rookery::segment
