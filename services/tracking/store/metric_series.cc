#include "services/tracking/store/metric_series.h"

#include <algorithm>
#include <utility>

namespace rookery::tracking::store {
namespace {

// Blocks are read in portions of so many points, or of the page's size if that is more.
constexpr int64_t kPortion = 8192;

using Points = std::vector<MetricPoint>;
using Order = bool (*)(const MetricPoint&, const MetricPoint&);

void AppendTo(Points* points, const segment::Columns& columns) {
  points->reserve(points->size() + columns.size());
  for (size_t row = 0; row < columns.size(); ++row) points->push_back(PointAt(columns, row));
}

// Sorts the points from `sorted` on into the others, which are sorted, and leaves each once.
void SortIn(Points* points, size_t sorted, Order order) {
  const auto middle = points->begin() + static_cast<std::ptrdiff_t>(sorted);
  if (!std::is_sorted(middle, points->end(), order)) std::sort(middle, points->end(), order);
  if (sorted > 0 && middle != points->end() && order(*middle, middle[-1])) {
    std::sort(points->begin(), points->end(), order);
  }
  points->erase(std::unique(points->begin(), points->end()), points->end());
}

}  // namespace

StatusOr<Points> FirstPoints(db::Transaction& txn, const RunSegments& run, std::string_view key,
                             const MetricPoint* after, int64_t limit) {
  std::vector<BlockRef> blocks = run.BlocksOf(key);
  if (after != nullptr) {
    std::erase_if(blocks, [&](const BlockRef& ref) {
      return run.entry(ref).max_timestamp_ms < after->timestamp_ms;
    });
  }
  const auto begins = [&](const BlockRef& ref) { return run.entry(ref).min_timestamp_ms; };
  std::ranges::sort(blocks, {}, begins);

  Points points;
  segment::Columns columns;
  const auto is_full = [&] { return std::ssize(points) >= limit; };
  for (size_t next = 0; next < blocks.size();) {
    // No block from here on has a point that comes before what there is.
    if (is_full() && begins(blocks[next]) > points.back().timestamp_ms) break;
    const size_t first = next;
    for (int64_t portion = 0; next < blocks.size() && portion < std::max(kPortion, limit); ++next) {
      if (is_full() && begins(blocks[next]) > points.back().timestamp_ms) break;
      portion += run.entry(blocks[next]).points;
    }
    columns.Clear();
    RETURN_IF_ERROR(run.Read(txn, key,
                             {blocks.begin() + static_cast<std::ptrdiff_t>(first),
                              blocks.begin() + static_cast<std::ptrdiff_t>(next)},
                             &columns));
    const size_t sorted = points.size();
    AppendTo(&points, columns);
    if (after != nullptr) {
      std::erase_if(points, [&](const MetricPoint& point) { return !ByTime(*after, point); });
    }
    SortIn(&points, sorted, ByTime);
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
  for (size_t begin = 0; begin < blocks.size();) {
    int64_t reaches = run.entry(blocks[begin]).max_step;
    size_t end = begin + 1;
    for (; end < blocks.size() && run.entry(blocks[end]).min_step <= reaches; ++end) {
      reaches = std::max(reaches, run.entry(blocks[end]).max_step);
    }
    RETURN_IF_ERROR(series.Add(txn,
                               {blocks.begin() + static_cast<std::ptrdiff_t>(begin),
                                blocks.begin() + static_cast<std::ptrdiff_t>(end)},
                               first_step, last_step));
    begin = end;
  }
  return series;
}

Status StepSeries::Add(db::Transaction& txn, std::vector<BlockRef> blocks, int64_t first,
                       int64_t last) {
  Piece piece{.begin = size_, .blocks = std::move(blocks)};
  const segment::BlockEntry& entry = run_->entry(piece.blocks.front());
  if (piece.blocks.size() == 1 && run_->HasOneKey(piece.blocks.front()) &&
      entry.min_step >= first && entry.max_step <= last) {
    piece.size = entry.distinct_points;
  } else {
    ASSIGN_OR_RETURN(piece.points, Read(txn, piece.blocks));
    std::erase_if(piece.points, [&](const MetricPoint& point) {
      return point.step < first || point.step > last;
    });
    piece.size = std::ssize(piece.points);
    if (piece.size == 0) return absl::OkStatus();
  }
  size_ += piece.size;
  pieces_.push_back(std::move(piece));
  return absl::OkStatus();
}

StatusOr<Points> StepSeries::Read(db::Transaction& txn, std::vector<BlockRef> blocks) const {
  segment::Columns columns;
  RETURN_IF_ERROR(run_->Read(txn, key_, std::move(blocks), &columns));
  Points points;
  AppendTo(&points, columns);
  SortIn(&points, 0, ByStep);
  return points;
}

StatusOr<Points> StepSeries::At(db::Transaction& txn, const std::vector<int64_t>& numbers) const {
  // The pieces to read, together.
  std::vector<BlockRef> blocks;
  size_t at = 0;
  for (const int64_t number : numbers) {
    const size_t before = at;
    while (number >= pieces_[at].begin + pieces_[at].size) ++at;
    const bool is_new = blocks.empty() || at != before;
    if (pieces_[at].points.empty() && is_new) blocks.push_back(pieces_[at].blocks.front());
  }
  ASSIGN_OR_RETURN(const Points read, Read(txn, blocks));
  Points points;
  points.reserve(numbers.size());
  // `read` has the points of the pieces one behind the other, in their order.
  size_t piece = 0;
  size_t passed = 0;
  bool is_read = false;
  for (const int64_t number : numbers) {
    while (number >= pieces_[piece].begin + pieces_[piece].size) {
      if (is_read) passed += static_cast<size_t>(pieces_[piece].size);
      is_read = false;
      ++piece;
    }
    const auto within = static_cast<size_t>(number - pieces_[piece].begin);
    is_read = pieces_[piece].points.empty();
    if (is_read && passed + within >= read.size()) {
      return absl::DataLossError("A metric segment's directory counts points that it lacks.");
    }
    points.push_back(is_read ? read[passed + within] : pieces_[piece].points[within]);
  }
  return points;
}

StatusOr<Points> StepSeries::From(db::Transaction& txn, int64_t begin, int64_t about) const {
  auto piece = std::ranges::upper_bound(pieces_, begin, {}, &Piece::begin);
  Points points;
  if (piece == pieces_.begin() || begin >= size_) return points;
  --piece;
  int64_t skip = begin - piece->begin;
  std::vector<BlockRef> blocks;
  int64_t planned = -skip;
  for (; piece != pieces_.end() && planned < about; ++piece) {
    if (!piece->points.empty()) {
      if (!blocks.empty()) break;
      points.assign(piece->points.begin() + skip, piece->points.end());
      if (std::ssize(points) > about) points.resize(static_cast<size_t>(about));
      return points;
    }
    blocks.push_back(piece->blocks.front());
    planned += piece->size;
  }
  ASSIGN_OR_RETURN(points, Read(txn, std::move(blocks)));
  skip = std::min(skip, std::ssize(points));
  points.erase(points.begin(), points.begin() + skip);
  return points;
}

}  // namespace rookery::tracking::store
