// The history of one key of one run, read from segments.
#pragma once

#include <cstdint>
#include <limits>
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

// All points by ByStep, each once, in pieces of bounded size that are read when asked for.
//
// Blocks whose steps no other block shares are counted by what their directories say, and read one
// by one. The rest, where several segments have points of the same steps, are read together: after
// a compaction such clusters are small, for only segments too large to merge can overlap.
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

  // The next points from number `begin` on: at least one if there are any, at most about `about`.
  StatusOr<std::vector<MetricPoint>> From(db::Transaction& txn, int64_t begin, int64_t about) const;

 private:
  // Points between which and the others lies a step.
  struct Piece {
    int64_t begin = 0;  // number of its first point
    int64_t size = 0;
    std::vector<BlockRef> blocks;
    // What had to be read to be counted.
    std::vector<MetricPoint> points;
  };

  StepSeries(const RunSegments& run, std::string_view key) : run_(&run), key_(key) {}
  Status Add(db::Transaction& txn, std::vector<BlockRef> blocks, int64_t first, int64_t last);
  StatusOr<std::vector<MetricPoint>> Read(db::Transaction& txn, std::vector<BlockRef> blocks) const;

  const RunSegments* run_;
  std::string_view key_;
  std::vector<Piece> pieces_;
  int64_t size_ = 0;
};

}  // namespace rookery::tracking::store
