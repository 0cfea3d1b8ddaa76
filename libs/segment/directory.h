// What a segment's directory says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/segment/block.h"
#include "libs/segment/points.h"

namespace rookery::segment {

inline constexpr uint32_t kSegmentVersion = 1;

// Where a block lies in the segment's data, and what it has.
struct BlockEntry : BlockInfo {
  uint64_t offset_bytes = 0;
  uint32_t size_bytes = 0;
  uint32_t crc32 = 0;
  int64_t min_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  int64_t min_step = 0;
  int64_t max_step = 0;
  // Points less those that equal the one before them but for the origin.
  uint32_t distinct_points = 0;
};

// Immutable once it is parsed.
class Directory {
 public:
  // DATA_LOSS: the bytes are damaged, or of a version that this program does not know.
  static StatusOr<Directory> Parse(std::string_view bytes);

  uint64_t points() const { return points_; }
  // Sorted by bytes.
  const std::vector<std::string>& keys() const { return keys_; }
  // The first is "nothing".
  const std::vector<Origin>& origins() const { return origins_; }
  // In the order of the data.
  const std::vector<BlockEntry>& blocks() const { return blocks_; }

  // The position of a key in keys().
  std::optional<uint32_t> FindKey(std::string_view key) const;
  // The blocks [first, last) that have points of the key at `position`.
  std::pair<size_t, size_t> BlocksOf(uint32_t position) const;

  // Appends the points of block number `block`, whose bytes are the slice of the data that its
  // entry names. DATA_LOSS: they are damaged; `columns` is as before.
  Status ReadBlock(size_t block, std::string_view bytes, Columns* columns) const;

 private:
  uint64_t points_ = 0;
  std::vector<std::string> keys_;
  std::vector<Origin> origins_;
  std::vector<BlockEntry> blocks_;
};

}  // namespace rookery::segment
