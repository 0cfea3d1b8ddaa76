#include "services/tracking/store/metric_series.h"

#include <algorithm>
#include <utility>

#include "services/tracking/store/merged_points.h"

namespace rookery::tracking::store {
namespace {

// Blocks are read in portions of so many points, or of the page's size if that is more.
constexpr int64_t kPortion = 8192;
// Points of a series that are kept because they had to be read to be counted.
constexpr int64_t kMaxKept = 128 * 1024;
// Blocks of a sample that are read together.
constexpr size_t kBlocksAtOnce = 64;

using Points = std::vector<MetricPoint>;

void AppendTo(Points* points, const segment::Columns& columns) {
  points->reserve(points->size() + columns.size());
  for (size_t row = 0; row < columns.size(); ++row) points->push_back(PointAt(columns, row));
}

// Sorts the points from `sorted` on into the others, which are sorted by time, and leaves each
// once.
void SortIn(Points* points, size_t sorted) {
  const auto middle = points->begin() + static_cast<std::ptrdiff_t>(sorted);
  if (!std::is_sorted(middle, points->end(), ByTime)) std::sort(middle, points->end(), ByTime);
  if (sorted > 0 && middle != points->end() && ByTime(*middle, middle[-1])) {
    std::sort(points->begin(), points->end(), ByTime);
  }
  points->erase(std::unique(points->begin(), points->end()), points->end());
}

}  // namespace

StatusOr<Points> FirstPoints(db::Transaction& txn, const RunSegments& run, std::string_view key,
                             const MetricPoint* after, int64_t limit) {
  std::vector<BlockRef> blocks = run.BlocksOf(key);
  if (after != nullptr) {
    std::erase_if(blocks, [&](const BlockRef& ref) {
      const segment::BlockEntry& entry = run.entry(ref);
      return std::make_pair(entry.max_timestamp_ms, entry.max_step) <
             std::make_pair(after->timestamp_ms, after->step);
    });
  }
  // What no point of the block comes before. Many points may have one timestamp.
  const auto begins = [&](const BlockRef& ref) {
    return std::make_pair(run.entry(ref).min_timestamp_ms, run.entry(ref).min_step);
  };
  std::ranges::sort(blocks, {}, begins);

  Points points;
  // Whether no block from here on has a point that comes before what there is.
  const auto is_done = [&](const BlockRef& ref) {
    return std::ssize(points) >= limit &&
           begins(ref) > std::make_pair(points.back().timestamp_ms, points.back().step);
  };
  for (size_t next = 0; next < blocks.size();) {
    if (is_done(blocks[next])) break;
    const size_t first = next;
    for (int64_t portion = 0; next < blocks.size() && portion < std::max(kPortion, limit); ++next) {
      if (is_done(blocks[next])) break;
      portion += run.entry(blocks[next]).points;
    }
    const size_t sorted = points.size();
    const bool is_full = std::ssize(points) >= limit;
    const MetricPoint last = is_full ? points.back() : MetricPoint();
    const auto take = [&](const segment::Columns& columns) {
      for (size_t row = 0; row < columns.size(); ++row) {
        const MetricPoint point = PointAt(columns, row);
        if (after != nullptr && !ByTime(*after, point)) continue;
        if (!is_full || ByTime(point, last)) points.push_back(point);
      }
    };
    RETURN_IF_ERROR(run.Read(txn, key,
                             {blocks.begin() + static_cast<std::ptrdiff_t>(first),
                              blocks.begin() + static_cast<std::ptrdiff_t>(next)},
                             take));
    SortIn(&points, sorted);
    if (std::ssize(points) > limit) points.resize(static_cast<size_t>(limit));
  }
  return points;
}

StatusOr<StepSeries> StepSeries::Open(db::Transaction& txn, const RunSegments& run,
                                      std::string_view key, int64_t first_step, int64_t last_step) {
  std::vector<BlockRef> blocks = run.BlocksOf(key);
  std::erase_if(blocks, [&](const BlockRef& ref) {
    const segment::BlockEntry& entry = run.entry(ref);
    return entry.max_step < first_step || entry.min_step > last_step;
  });
  std::ranges::sort(blocks, {}, [&](const BlockRef& ref) { return run.entry(ref).min_step; });
  StepSeries series(run, key);
  // Neighbours that must be merged are merged together.
  std::optional<std::pair<int64_t, int64_t>> merged;
  const auto close = [&]() -> Status {
    if (!merged) return absl::OkStatus();
    const auto [first, last] = *std::exchange(merged, std::nullopt);
    return series.AddMerged(txn, std::max(first, first_step), std::min(last, last_step));
  };
  for (size_t begin = 0; begin < blocks.size();) {
    const segment::BlockEntry& entry = run.entry(blocks[begin]);
    int64_t reaches = entry.max_step;
    size_t end = begin + 1;
    for (; end < blocks.size() && run.entry(blocks[end]).min_step <= reaches; ++end) {
      reaches = std::max(reaches, run.entry(blocks[end]).max_step);
    }
    if (end == begin + 1 && run.HasOneKey(blocks[begin]) && entry.min_step >= first_step &&
        entry.max_step <= last_step) {
      RETURN_IF_ERROR(close());
      series.AddBlock(blocks[begin]);
    } else {
      merged = {merged ? merged->first : entry.min_step, reaches};
    }
    begin = end;
  }
  RETURN_IF_ERROR(close());
  return series;
}

void StepSeries::AddBlock(const BlockRef& block) {
  pieces_.push_back({.begin = size_, .size = run_->entry(block).distinct_points, .block = block});
  size_ += pieces_.back().size;
}

Status StepSeries::AddMerged(db::Transaction& txn, int64_t first_step, int64_t last_step) {
  Piece piece{.begin = size_, .first_step = first_step, .last_step = last_step};
  RETURN_IF_ERROR(Merge(txn, first_step, last_step, [&](const segment::Columns& columns) {
    const bool was_kept = std::ssize(piece.points) == piece.size;
    piece.size += static_cast<int64_t>(columns.size());
    if (was_kept && kept_ + piece.size <= kMaxKept) {
      AppendTo(&piece.points, columns);
    } else {
      piece.points = Points();
    }
  }));
  if (piece.size == 0) return absl::OkStatus();
  size_ += piece.size;
  kept_ += std::ssize(piece.points);
  pieces_.push_back(std::move(piece));
  return absl::OkStatus();
}

Status StepSeries::Merge(db::Transaction& txn, int64_t first_step, int64_t last_step,
                         absl::FunctionRef<void(const segment::Columns&)> each) const {
  // No point of the step comes before it.
  const MetricPoint before{.timestamp_ms = std::numeric_limits<int64_t>::min(), .step = first_step};
  MergedPoints merged(txn, *run_);
  RETURN_IF_ERROR(merged.SeekIn(key_, &before, last_step));
  segment::Points points;
  do {
    points.columns.Clear();
    RETURN_IF_ERROR(merged.Next(kPortion, &points));
    each(points.columns);
  } while (points.columns.size() > 0);
  return absl::OkStatus();
}

StatusOr<Points> StepSeries::At(db::Transaction& txn, const std::vector<int64_t>& numbers) const {
  Points points;
  points.reserve(numbers.size());
  const auto piece_of = [&](int64_t number) {
    return std::ranges::upper_bound(pieces_, number, {}, &Piece::begin) - 1;
  };
  for (auto begin = numbers.begin(); begin != numbers.end();) {
    const auto first = piece_of(*begin);
    auto last = first + 1;
    auto end = std::ranges::lower_bound(begin, numbers.end(), first->begin + first->size);
    if (!first->block) {
      RETURN_IF_ERROR(ReadMerged(txn, *first, {begin, end}, &points));
      begin = end;
      continue;
    }
    for (size_t blocks = 1; end != numbers.end() && blocks < kBlocksAtOnce; ++blocks) {
      const auto next = piece_of(*end);
      if (!next->block) break;
      last = next + 1;
      end = std::ranges::lower_bound(end, numbers.end(), next->begin + next->size);
    }
    RETURN_IF_ERROR(ReadBlocks(txn, {first, last}, {begin, end}, &points));
    begin = end;
  }
  return points;
}

Status StepSeries::ReadMerged(db::Transaction& txn, const Piece& piece, Numbers numbers,
                              Points* points) const {
  if (!piece.points.empty()) {
    for (const int64_t number : numbers) {
      points->push_back(piece.points[static_cast<size_t>(number - piece.begin)]);
    }
    return absl::OkStatus();
  }
  int64_t passed = piece.begin;
  auto next = numbers.begin();
  return Merge(txn, piece.first_step, piece.last_step, [&](const segment::Columns& columns) {
    const int64_t end = passed + std::ssize(columns.key);
    for (; next != numbers.end() && *next < end; ++next) {
      points->push_back(PointAt(columns, static_cast<size_t>(*next - passed)));
    }
    passed = end;
  });
}

Status StepSeries::ReadBlocks(db::Transaction& txn, std::span<const Piece> pieces, Numbers numbers,
                              Points* points) const {
  // What is wanted of a block, and where it goes.
  struct Wanted {
    BlockRef block;
    int64_t begin = 0;  // number of the block's first point
    Numbers numbers;
    size_t place = 0;
  };
  std::vector<BlockRef> blocks;
  std::vector<Wanted> wanted;
  const size_t before = points->size();
  auto next = numbers.begin();
  for (const Piece& piece : pieces) {
    const auto end = std::ranges::lower_bound(next, numbers.end(), piece.begin + piece.size);
    // Those that have none of the numbers lie between the others.
    if (next == end) continue;
    const auto place = before + static_cast<size_t>(next - numbers.begin());
    blocks.push_back(*piece.block);
    wanted.push_back({*piece.block, piece.begin, Numbers(next, end), place});
    next = end;
  }
  points->resize(before + numbers.size());
  std::ranges::sort(wanted, {}, &Wanted::block);
  auto of_block = wanted.begin();
  bool lacks_points = false;
  RETURN_IF_ERROR(run_->Read(txn, key_, std::move(blocks), [&](const segment::Columns& columns) {
    auto& [block, begin, left, place] = *of_block++;
    // Of equal points, which stand together, the first counts.
    int64_t number = begin - 1;
    for (size_t row = 0; row < columns.size() && !left.empty(); ++row) {
      if (row == 0 || !columns.Equal(row, row - 1)) ++number;
      for (; !left.empty() && left.front() == number; left = left.subspan(1)) {
        (*points)[place++] = PointAt(columns, row);
      }
    }
    lacks_points |= !left.empty();
  }));
  if (!lacks_points) return absl::OkStatus();
  return absl::DataLossError("A metric segment's directory counts points that it lacks.");
}

}  // namespace rookery::tracking::store
