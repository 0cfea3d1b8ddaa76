// The history of one key of one run, read from segments.
#pragma once

#include <absl/functional/function_ref.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "services/tracking/store/metric_point.h"
#include "services/tracking/store/segment_store.h"

namespace rookery::tracking::store {

// The first points after `after` (null: from the beginning) by ByTime, each once, at most `limit`.
// Reads the blocks that may have them; keeps no more than `limit` and a few blocks in memory.
StatusOr<std::vector<MetricPoint>> FirstPoints(db::Transaction& txn, const RunSegments& run,
                                               std::string_view key, const MetricPoint* after,
                                               int64_t limit);

// All points by ByStep, each once; counted first, and read when asked for. Whatever their number
// is, memory has no more of them than some hundred thousand and those that are asked for.
//
// Blocks whose steps no other block shares are counted by what their directories say, and read one
// by one. The rest, where blocks have points of the same steps, are merged to be counted, and once
// more to be read if they are too many to be kept.
class StepSeries {
 public:
  // Of steps within [first_step, last_step].
  static StatusOr<StepSeries> Open(db::Transaction& txn, const RunSegments& run,
                                   std::string_view key,
                                   int64_t first_step = std::numeric_limits<int64_t>::min(),
                                   int64_t last_step = std::numeric_limits<int64_t>::max());

  // How many points there are.
  int64_t size() const { return size_; }

  // The points of these numbers, which ascend and count from 0.
  StatusOr<std::vector<MetricPoint>> At(db::Transaction& txn,
                                        const std::vector<int64_t>& numbers) const;

 private:
  // Points between which and the others lies a step.
  struct Piece {
    int64_t begin = 0;  // number of its first point
    int64_t size = 0;
    // Where they are: all that is in one block; or what has the steps [first_step, last_step].
    std::optional<BlockRef> block;
    int64_t first_step = 0;
    int64_t last_step = 0;
    // What was kept when it was counted.
    std::vector<MetricPoint> points;
  };
  using Numbers = std::span<const int64_t>;

  StepSeries(const RunSegments& run, std::string_view key) : run_(&run), key_(key) {}
  void AddBlock(const BlockRef& block);
  Status AddMerged(db::Transaction& txn, int64_t first_step, int64_t last_step);
  // Shows `each` the points of the steps, in portions.
  Status Merge(db::Transaction& txn, int64_t first_step, int64_t last_step,
               absl::FunctionRef<void(const segment::Columns&)> each) const;
  // Append the points of these numbers, which are in the piece, or in the pieces that are blocks.
  Status ReadMerged(db::Transaction& txn, const Piece& piece, Numbers numbers,
                    std::vector<MetricPoint>* points) const;
  Status ReadBlocks(db::Transaction& txn, std::span<const Piece> pieces, Numbers numbers,
                    std::vector<MetricPoint>* points) const;

  const RunSegments* run_;
  std::string_view key_;
  std::vector<Piece> pieces_;
  int64_t size_ = 0;
  int64_t kept_ = 0;  // points that are in memory
};

}  // namespace rookery::tracking::store
