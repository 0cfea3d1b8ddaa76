// The points of a run, merged from its segments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/segment/points.h"
#include "services/tracking/store/metric_point.h"
#include "services/tracking/store/segment_store.h"

namespace rookery::tracking::store {

// Reads points in the order of (key, step, timestamp, value), each once. However long the history
// is, no more than kPoints of them are in memory, most of them encoded, and some blocks of each
// segment. Segments are not touched before their turn comes. Used by one thread, within the
// transaction; what is passed in must outlive it.
class MergedPoints {
 public:
  static constexpr size_t kPoints = 256 * 1024;

  MergedPoints(db::Transaction& txn, const RunSegments& run) : txn_(txn), run_(run) {}

  // Goes to the points of `key` after `after` (null: to its first) and of all keys behind it.
  Status SeekFrom(std::string_view key, const MetricPoint* after);
  // The same of `key` alone, up to `last_step`.
  Status SeekIn(std::string_view key, const MetricPoint* after,
                int64_t last_step = std::numeric_limits<int64_t>::max());

  // Appends the next points, which are all of one key, at most `limit`; none at the end. Of the
  // origins that a point was logged with it has the least, and "nothing" only if that is all.
  Status Next(size_t limit, segment::Points* points);

 private:
  // A segment's points from some row on.
  struct Cursor {
    size_t segment = 0;
    // What is to be fetched yet.
    size_t block = 0;
    size_t end = 0;
    // What is fetched, and how many blocks of it were decoded.
    std::optional<RunSegments::Fetched> fetched;
    size_t decoded = 0;
    // If it is absent, all keys count.
    std::optional<uint32_t> only_key;
    segment::Columns rows;
    size_t row = 0;
    // Before anything is read: what does not come after the first point.
    uint32_t low_key = 0;
    MetricPoint low;
    // Where the segment's origins were found last in what is given out.
    std::vector<uint32_t> origins;

    bool has_more() const { return block < end || (fetched && decoded < fetched->size()); }
    bool is_read() const { return rows.size() > 0; }
    MetricPoint point() const { return is_read() ? PointAt(rows, row) : low; }
  };

  const segment::Directory& DirectoryOf(const Cursor& cursor) const {
    return run_.segments()[cursor.segment].directory;
  }
  std::string_view KeyOf(const Cursor& cursor) const {
    return DirectoryOf(cursor)
        .keys()[cursor.is_read() ? cursor.rows.key[cursor.row] : cursor.low_key];
  }
  // Of cursors by their numbers: whether the next point of `a` comes after that of `b`.
  bool IsAfter(size_t a, size_t b) const;
  void Clear(std::string_view key, const MetricPoint* after, int64_t last_step);
  // `key` is the number of the first key that counts.
  void Add(Cursor cursor, uint32_t key);
  // The first of the blocks [first, last) of key number `key` that may have points after `after`.
  StatusOr<size_t> FirstBlock(size_t segment, uint32_t key, size_t first, size_t last,
                              const MetricPoint& after) const;
  // Replaces the cursor's rows with those of the next blocks.
  Status Decode(Cursor* cursor) const;
  // Reads what comes next, behind the place that was sought; rows are empty at the end.
  Status Read(Cursor* cursor) const;
  size_t PointsToRead() const;
  // Of the rows of the cursor's key gives out those that come before `bound` (null: all).
  // `points` had `before` of them when Next began. False: `limit` is reached.
  bool Take(Cursor* cursor, const MetricPoint* bound, size_t before, size_t limit,
            segment::Points* points) const;
  uint32_t OriginOf(Cursor* cursor, segment::Points* points) const;
  void Push(size_t cursor);
  size_t Pop();

  db::Transaction& txn_;
  const RunSegments& run_;
  // What was sought.
  std::string key_;
  std::optional<MetricPoint> after_;
  int64_t last_step_ = std::numeric_limits<int64_t>::max();
  std::vector<Cursor> cursors_;
  // A heap of those that may have points; the one with the next point comes first.
  std::vector<size_t> heap_;
};

}  // namespace rookery::tracking::store
