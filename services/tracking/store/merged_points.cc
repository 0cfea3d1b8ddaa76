#include "services/tracking/store/merged_points.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace rookery::tracking::store {
namespace {

// Points that are decoded at a time, up to 4,096, stay in the processor's cache until they are
// given out.
constexpr size_t kBlocksToDecode = 16;

// The first row of [begin, end) for which `holds` does not hold; it holds for those before.
template <typename Predicate>
size_t PartitionPoint(size_t begin, size_t end, Predicate holds) {
  return *std::ranges::partition_point(std::views::iota(begin, end), holds);
}

// Where the rows end that begin at row `begin`, name no origin and differ each from the one before.
size_t EndOfPlain(const segment::Columns& rows, size_t begin, size_t end) {
  const auto is_plain = [&](size_t row) {
    return rows.origin[row] == 0 &&
           (rows.step[row] != rows.step[row - 1] || !rows.Equal(row, row - 1));
  };
  size_t row = begin + 1;
  while (row < end && is_plain(row)) ++row;
  return row;
}

}  // namespace

void MergedPoints::Clear(std::string_view key, const MetricPoint* after, int64_t last_step) {
  key_ = key;
  after_.reset();
  if (after != nullptr) after_ = *after;
  last_step_ = last_step;
  cursors_.clear();
  heap_.clear();
}

void MergedPoints::Add(Cursor cursor, uint32_t key) {
  if (cursor.block >= cursor.end) return;
  const segment::BlockEntry& entry = DirectoryOf(cursor).blocks()[cursor.block];
  cursor.low_key = std::max(entry.first_key, key);
  cursor.low = {.timestamp_ms = std::numeric_limits<int64_t>::min(),
                .step = std::numeric_limits<int64_t>::min(),
                .value = -std::numeric_limits<double>::infinity()};
  // Of a block of several keys the step may be another's.
  if (entry.first_key == entry.last_key) cursor.low.step = entry.min_step;
  cursors_.push_back(std::move(cursor));
  Push(cursors_.size() - 1);
}

Status MergedPoints::SeekFrom(std::string_view key, const MetricPoint* after) {
  Clear(key, after, std::numeric_limits<int64_t>::max());
  for (size_t segment = 0; segment < run_.segments().size(); ++segment) {
    const segment::Directory& directory = run_.segments()[segment].directory;
    const auto found = std::ranges::lower_bound(directory.keys(), key);
    if (found == directory.keys().end()) continue;
    const auto number = static_cast<uint32_t>(found - directory.keys().begin());
    const auto [first, last] = directory.BlocksOf(number);
    Cursor cursor{.segment = segment, .block = first, .end = directory.blocks().size()};
    if (after != nullptr && *found == key) {
      ASSIGN_OR_RETURN(cursor.block, FirstBlock(segment, number, first, last, *after));
    }
    Add(std::move(cursor), number);
  }
  return absl::OkStatus();
}

Status MergedPoints::SeekIn(std::string_view key, const MetricPoint* after, int64_t last_step) {
  Clear(key, after, last_step);
  for (size_t segment = 0; segment < run_.segments().size(); ++segment) {
    const segment::Directory& directory = run_.segments()[segment].directory;
    const auto number = directory.FindKey(key);
    if (!number) continue;
    const auto [first, last] = directory.BlocksOf(*number);
    // A block that has other keys, too, may have steps of theirs.
    const size_t end = PartitionPoint(first, last, [&](size_t block) {
      const segment::BlockEntry& entry = directory.blocks()[block];
      return entry.first_key < *number || entry.last_key > *number || entry.min_step <= last_step;
    });
    Cursor cursor{.segment = segment, .block = first, .end = end, .only_key = number};
    if (after != nullptr) {
      ASSIGN_OR_RETURN(cursor.block, FirstBlock(segment, *number, first, end, *after));
    }
    Add(std::move(cursor), *number);
  }
  return absl::OkStatus();
}

StatusOr<size_t> MergedPoints::FirstBlock(size_t segment, uint32_t key, size_t first, size_t last,
                                          const MetricPoint& after) const {
  const auto& blocks = run_.segments()[segment].directory.blocks();
  // Whether a block begins behind `after`, found by what the directory says, or by reading it.
  const auto begins_behind = [&](size_t block) -> StatusOr<bool> {
    const segment::BlockEntry& entry = blocks[block];
    if (entry.first_key < key) return false;
    if (entry.min_step > after.step && entry.last_key == key) return true;
    if (entry.max_step < after.step && entry.last_key == key) return false;
    ASSIGN_OR_RETURN(const auto fetched, run_.FetchRange(txn_, segment, block, block + 1));
    segment::Columns rows;
    RETURN_IF_ERROR(run_.Decode(fetched, 0, &rows));
    return ByStep(after, PointAt(rows, 0));
  };
  // The last block that does not, if there is one: later ones do.
  size_t begin = first;
  for (size_t end = last; begin + 1 < end;) {
    const size_t middle = begin + (end - begin) / 2;
    ASSIGN_OR_RETURN(const bool is_behind, begins_behind(middle));
    (is_behind ? end : begin) = middle;
  }
  // Where one key alone is left of the block, its steps tell whether all of it comes before.
  const segment::BlockEntry* entry = begin < last ? &blocks[begin] : nullptr;
  if (entry != nullptr && entry->last_key == key && entry->first_key == key &&
      entry->max_step < after.step) {
    ++begin;
  }
  return begin;
}

size_t MergedPoints::PointsToRead() const {
  size_t held = 0;
  for (const Cursor& cursor : cursors_) {
    held += cursor.fetched ? cursor.fetched->size() * segment::kMaxBlockPoints : 0;
  }
  return (kPoints - std::min(held, kPoints)) / 2;
}

Status MergedPoints::Decode(Cursor* cursor) const {
  if (!cursor->fetched || cursor->decoded == cursor->fetched->size()) {
    cursor->fetched.reset();
    const size_t blocks = 1 + PointsToRead() / segment::kMaxBlockPoints;
    const size_t end = std::min(cursor->end, cursor->block + blocks);
    ASSIGN_OR_RETURN(cursor->fetched, run_.FetchRange(txn_, cursor->segment, cursor->block, end));
    cursor->decoded = 0;
    cursor->block = end;
  }
  cursor->rows.Clear();
  const size_t end = std::min(cursor->fetched->size(), cursor->decoded + kBlocksToDecode);
  for (; cursor->decoded < end; ++cursor->decoded) {
    RETURN_IF_ERROR(run_.Decode(*cursor->fetched, cursor->decoded, &cursor->rows));
  }
  return absl::OkStatus();
}

Status MergedPoints::Read(Cursor* cursor) const {
  cursor->rows.Clear();
  cursor->row = 0;
  const auto& keys = DirectoryOf(*cursor).keys();
  const auto number = static_cast<uint32_t>(std::ranges::lower_bound(keys, key_) - keys.begin());
  const bool is_there = number < keys.size() && keys[number] == key_;
  const auto comes_before = [&](size_t row) {
    const uint32_t key = cursor->rows.key[row];
    if (key != number) return key < number;
    return is_there && after_ && !ByStep(*after_, PointAt(cursor->rows, row));
  };
  while (cursor->row == cursor->rows.size() && cursor->has_more()) {
    RETURN_IF_ERROR(Decode(cursor));
    if (cursor->only_key) {
      cursor->rows.KeepKey(0, *cursor->only_key);
      const auto& steps = cursor->rows.step;
      cursor->rows.Resize(std::ranges::upper_bound(steps, last_step_) - steps.begin());
    }
    cursor->row = PartitionPoint(0, cursor->rows.size(), comes_before);
  }
  if (cursor->row == cursor->rows.size()) {
    // Their memory, too: others take their turn.
    cursor->rows = segment::Columns();
    cursor->fetched.reset();
  }
  return absl::OkStatus();
}

bool MergedPoints::IsAfter(size_t a, size_t b) const {
  const int keys = KeyOf(cursors_[a]).compare(KeyOf(cursors_[b]));
  return keys != 0 ? keys > 0 : ByStep(cursors_[b].point(), cursors_[a].point());
}

void MergedPoints::Push(size_t cursor) {
  heap_.push_back(cursor);
  std::ranges::push_heap(heap_, [this](size_t a, size_t b) { return IsAfter(a, b); });
}

size_t MergedPoints::Pop() {
  std::ranges::pop_heap(heap_, [this](size_t a, size_t b) { return IsAfter(a, b); });
  const size_t cursor = heap_.back();
  heap_.pop_back();
  return cursor;
}

Status MergedPoints::Next(size_t limit, segment::Points* points) {
  const size_t before = points->columns.size();
  for (bool has_room = true; has_room && !heap_.empty();) {
    const std::string_view key = KeyOf(cursors_[heap_.front()]);
    const bool is_first = points->columns.size() == before;
    if (!is_first && points->keys.back() != key) break;
    const size_t next = Pop();
    Cursor& cursor = cursors_[next];
    if (cursor.is_read()) {
      if (is_first && (points->keys.empty() || points->keys.back() != key)) {
        points->keys.emplace_back(key);
      }
      std::optional<MetricPoint> bound;
      if (!heap_.empty() && KeyOf(cursors_[heap_.front()]) == key) {
        bound = cursors_[heap_.front()].point();
      }
      has_room = Take(&cursor, bound ? &*bound : nullptr, before, limit, points);
    }
    if (cursor.row == cursor.rows.size()) RETURN_IF_ERROR(Read(&cursor));
    if (cursor.is_read()) Push(next);
  }
  return absl::OkStatus();
}

bool MergedPoints::Take(Cursor* cursor, const MetricPoint* bound, size_t before, size_t limit,
                        segment::Points* points) const {
  const segment::Columns& rows = cursor->rows;
  segment::Columns& out = points->columns;
  const auto number = static_cast<uint32_t>(points->keys.size() - 1);
  const uint32_t key = rows.key[cursor->row];
  const size_t end = PartitionPoint(cursor->row, rows.size(), [&](size_t row) {
    return rows.key[row] == key && (bound == nullptr || !ByStep(*bound, PointAt(rows, row)));
  });
  while (cursor->row < end) {
    const MetricPoint point = cursor->point();
    if (out.size() > before && PointAt(out, out.size() - 1) == point) {
      // Nothing, which is 0, gives way to any other.
      const uint32_t origin = OriginOf(cursor, points);
      uint32_t& kept = out.origin.back();
      if (origin != 0 && (kept == 0 || points->origins[origin] < points->origins[kept])) {
        kept = origin;
      }
      ++cursor->row;
      continue;
    }
    const size_t room = limit - (out.size() - before);
    if (room == 0) return false;
    if (rows.origin[cursor->row] != 0) {
      out.Add(number, OriginOf(cursor, points), point.step, point.timestamp_ms, point.value);
      ++cursor->row;
      continue;
    }
    // Nearly all points are new ones of nobody, and are moved as ranges.
    const size_t next = EndOfPlain(rows, cursor->row, std::min(end, cursor->row + room));
    out.AddRows(rows, cursor->row, next, number);
    cursor->row = next;
  }
  return true;
}

uint32_t MergedPoints::OriginOf(Cursor* cursor, segment::Points* points) const {
  const uint32_t number = cursor->rows.origin[cursor->row];
  if (number == 0) return 0;
  const segment::Origin& origin = DirectoryOf(*cursor).origins()[number];
  cursor->origins.resize(DirectoryOf(*cursor).origins().size());
  uint32_t& place = cursor->origins[number];
  auto& origins = points->origins;
  // It may be another list than the last time.
  if (place >= origins.size() || origins[place] != origin) {
    place = static_cast<uint32_t>(std::ranges::find(origins, origin) - origins.begin());
    if (place == origins.size()) origins.push_back(origin);
  }
  return place;
}

}  // namespace rookery::tracking::store
