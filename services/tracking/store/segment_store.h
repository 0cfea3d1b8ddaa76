// Rows of metric segments, and reading from them no more than is asked for.
#pragma once

#include <absl/functional/function_ref.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/segment/directory.h"
#include "libs/segment/points.h"

namespace rookery::tracking::store {

// Where segments are.
inline constexpr char kSegmentsTable[] = "metric_segments";

// A segment whose directory is in memory.
struct StoredSegment {
  int64_t segment_no = 0;
  segment::Directory directory;
  // Short data are read along with the directory.
  std::optional<std::string> data;
};

// From the columns run_id, segment_no, directory, data.
StatusOr<StoredSegment> ParseSegment(const db::Row& row);

// Points of one run that are to be written.
struct RunPoints {
  std::string run_id;
  segment::Points points;
};

// Writes a segment to each run: they differ, are sorted by id, and have points, which are sorted in
// place.
Status InsertSegments(db::Transaction& txn, std::string_view workspace,
                      std::vector<RunPoints>* runs);

struct RunSegmentCount {
  std::string workspace;
  std::string run_id;
  int64_t segments = 0;
};
// The runs of all workspaces that have at least so many segments.
StatusOr<std::vector<RunSegmentCount>> RunsWithSegments(db::Transaction& txn, int64_t at_least);

struct StoredCount {
  int64_t points = 0;
  int64_t segments = 0;
  // Those of them that are as they were committed.
  int64_t unmerged = 0;
};
// Of one run, below the rule that equal points count once.
StatusOr<StoredCount> CountStored(db::Transaction& txn, std::string_view workspace,
                                  std::string_view run_id);

// The number of each run's last segment; runs that have none are absent.
StatusOr<std::map<std::string, int64_t>> LastNumbers(db::Transaction& txn,
                                                     std::string_view workspace,
                                                     const db::TextList& run_ids);

// A block of a run's segments.
struct BlockRef {
  size_t segment = 0;  // position in RunSegments::segments()
  size_t block = 0;    // position in the directory's blocks

  auto operator<=>(const BlockRef&) const = default;
};

// The segments of one run, as one transaction sees them: valid as long as it is. What is damaged is
// DATA_LOSS that names the segment; nothing else of the run suffers from it.
class RunSegments {
 public:
  RunSegments(std::string_view workspace, std::string run_id, std::vector<StoredSegment> segments)
      : workspace_(workspace), run_id_(std::move(run_id)), segments_(std::move(segments)) {}

  // Reads the directories of many runs with one query. Runs without points are absent.
  static StatusOr<std::map<std::string, RunSegments>> Load(db::Transaction& txn,
                                                           std::string_view workspace,
                                                           const db::TextList& run_ids);
  // Of one run those with a greater number than `after`, at most `limit`.
  static StatusOr<RunSegments> LoadAfter(db::Transaction& txn, std::string_view workspace,
                                         const std::string& run_id, int64_t after, int64_t limit);

  const std::vector<StoredSegment>& segments() const { return segments_; }
  const segment::BlockEntry& entry(const BlockRef& ref) const {
    return segments_[ref.segment].directory.blocks()[ref.block];
  }

  // The blocks in which points of `key` are, segment by segment.
  std::vector<BlockRef> BlocksOf(std::string_view key) const;
  // Whether the block has points of one key alone.
  bool HasOneKey(const BlockRef& ref) const { return entry(ref).first_key == entry(ref).last_key; }

  // Shows `each` the points of `key` in `blocks`, block by block in the order of BlockRef. The
  // columns are the next block's after the call, so that what is decoded is still at hand when it
  // is looked at. Their keys and origins are positions in dictionaries that are not told: of use
  // are the other columns.
  Status Read(db::Transaction& txn, std::string_view key, std::vector<BlockRef> blocks,
              absl::FunctionRef<void(const segment::Columns&)> each) const;

  // Blocks that were fetched together and are decoded one by one: in memory they take a
  // fifth to a quarter of what their points do.
  class Fetched;
  // The blocks [first, last) of segment `segment`.
  StatusOr<Fetched> FetchRange(db::Transaction& txn, size_t segment, size_t first,
                               size_t last) const;
  // Appends the points of one of them, `number` counted from the first; their keys and origins are
  // positions in the segment's directory.
  Status Decode(const Fetched& fetched, size_t number, segment::Columns* columns) const;
  // Fetches and decodes; with the dictionaries.
  Status ReadBlocks(db::Transaction& txn, size_t segment, size_t first, size_t last,
                    segment::Points* points) const;

 private:
  // In the order of `blocks`, which ascend.
  StatusOr<Fetched> Fetch(db::Transaction& txn, size_t segment, std::vector<size_t> blocks) const;
  Status Named(const Status& status, size_t segment) const;

  std::string workspace_;
  std::string run_id_;
  std::vector<StoredSegment> segments_;
};

// Valid as long as the RunSegments that fetched it.
class RunSegments::Fetched {
 public:
  size_t size() const { return blocks_.size(); }

 private:
  friend class RunSegments;

  size_t segment_ = 0;
  std::vector<size_t> blocks_;
  // All data of the segment, where they were at hand; else slices of them, and for each block its
  // slice and where in it.
  const std::string* all_ = nullptr;
  db::Rows slices_;
  std::vector<std::pair<size_t, uint64_t>> places_;
};

}  // namespace rookery::tracking::store
