#include "services/tracking/store/segment_merge.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "libs/segment/writer.h"
#include "services/tracking/store/segment_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

// So many segments between two of these sizes are worth a merge, which makes one of the next size:
// so a point is rewritten once for each. So are as many on the average, of whatever order: small
// ones before a larger one are in no tail of their own size.
constexpr std::ptrdiff_t kFanIn = 8;
constexpr int64_t kTiers[] = {8, 64, 512, 4096, 32'768, 262'144};
// Segments of so many points are merged no more: readers would gain next to nothing, and for as
// long as the old rows are not reclaimed the run would take twice its space.
constexpr int64_t kLarge = 262'144;
// Of so many sizes are the segments at the end that kQuick is for.
constexpr size_t kQuickTiers = 3;
// Points that are merged of several live runs together. Runs that grow alike are due for their
// large merges at one time.
constexpr int64_t kMaxPointsTogether = 32'768;

// What is merged of a run, read.
struct Source {
  std::string run_id;
  int64_t first_no = 0;
  std::vector<int64_t> segment_nos;
  segment::Points points;
};

// A run's segments, oldest first.
struct Sizes {
  std::vector<int64_t> segment_nos;
  std::vector<int64_t> first_nos;
  std::vector<int64_t> points;
  // Where they came along.
  std::vector<std::optional<StoredSegment>> stored;
};

struct Sources {
  std::vector<Source> sources;
  std::vector<std::string> large_runs;
  // So many runs are in them, or have nothing to merge.
  size_t runs = 0;
};

// Where the tail begins in which all segments have fewer points than `size`.
size_t TailBelow(std::span<const int64_t> sizes, int64_t size) {
  size_t begin = sizes.size();
  while (begin > 0 && sizes[begin - 1] < size) --begin;
  return begin;
}

// Where the tail begins that many segments of about one size, one of `tiers`, make worth a merge;
// at the end if there is none.
size_t SmallTail(std::span<const int64_t> sizes, std::span<const int64_t> tiers) {
  size_t begin = sizes.size();
  // What a merge makes may be one of many again.
  std::vector<int64_t> merged(sizes.begin(), sizes.end());
  int64_t below = 0;
  size_t most = 0;
  for (const int64_t tier : tiers) {
    const size_t tail = TailBelow(merged, tier);
    const auto first = merged.begin() + static_cast<std::ptrdiff_t>(tail);
    const auto of_tier =
        std::count_if(first, merged.end(), [&](int64_t size) { return size >= below; });
    most += kFanIn;
    if (of_tier >= kFanIn || merged.size() - tail >= most) {
      begin = tail;
      *first = std::accumulate(first, merged.end(), int64_t{0});
      merged.erase(first + 1, merged.end());
    }
    below = tier;
  }
  return begin;
}

// With the segments themselves that have fewer points than `small`.
StatusOr<std::map<std::string, Sizes>> ReadSizes(db::Transaction& txn, std::string_view workspace,
                                                 const db::TextList& run_ids, int64_t small) {
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kListSegmentSizes, {workspace, &run_ids, small}));
  std::map<std::string, Sizes> runs;
  for (const db::Row& row : rows) {
    Sizes& sizes = runs[std::string(row.Text(0))];
    sizes.segment_nos.push_back(row.Int(1));
    sizes.first_nos.push_back(row.Int(4));
    sizes.points.push_back(row.Int(5));
    auto& stored = sizes.stored.emplace_back();
    if (sizes.points.back() >= small) continue;
    ASSIGN_OR_RETURN(stored, ParseSegment(row));
  }
  return runs;
}

// The segments [first, last) of `sizes`: as they came along, or read now.
StatusOr<RunSegments> SegmentsOf(db::Transaction& txn, std::string_view workspace,
                                 const std::string& run_id, Sizes& sizes, size_t first,
                                 size_t last) {
  const auto stored = std::span(sizes.stored).subspan(first, last - first);
  if (!std::ranges::all_of(stored, [](const auto& segment) { return segment.has_value(); })) {
    return RunSegments::LoadAfter(txn, workspace, run_id, sizes.segment_nos[first] - 1,
                                  std::ssize(stored));
  }
  std::vector<StoredSegment> segments;
  for (auto& segment : stored) segments.push_back(*std::move(segment));
  return RunSegments(workspace, run_id, std::move(segments));
}

Status ReadPoints(db::Transaction& txn, const RunSegments& run, segment::Points* points) {
  for (size_t i = 0; i < run.segments().size(); ++i) {
    const size_t blocks = run.segments()[i].directory.blocks().size();
    RETURN_IF_ERROR(run.ReadBlocks(txn, i, 0, blocks, points));
  }
  return absl::OkStatus();
}

// Whether kLarge has something to merge once `plan` is carried out.
bool HasMore(std::vector<int64_t> sizes, const std::optional<std::pair<size_t, size_t>>& plan) {
  if (plan) {
    const auto first = sizes.begin() + static_cast<std::ptrdiff_t>(plan->first);
    const auto last = sizes.begin() + static_cast<std::ptrdiff_t>(plan->second);
    *first = std::accumulate(first, last, int64_t{0});
    sizes.erase(first + 1, last);
  }
  return PlanMerge(sizes, MergeScope::kLarge).has_value();
}

StatusOr<Sources> ReadSources(db::Transaction& txn, std::string_view workspace,
                              std::span<const std::string> run_ids, MergeScope scope) {
  const int64_t small = scope == MergeScope::kQuick ? kTiers[kQuickTiers - 1] : 0;
  ASSIGN_OR_RETURN(auto sizes_of,
                   ReadSizes(txn, workspace, db::TextList(run_ids.begin(), run_ids.end()), small));
  Sources read;
  const int64_t most = scope == MergeScope::kAll ? kMaxMergedPoints : kMaxPointsTogether;
  int64_t all_points = 0;
  for (const std::string& run_id : run_ids) {
    Sizes& sizes = sizes_of[run_id];
    const auto plan = PlanMerge(sizes.points, scope);
    if (plan) {
      const auto [first, last] = *plan;
      const int64_t points =
          std::accumulate(sizes.points.begin() + static_cast<std::ptrdiff_t>(first),
                          sizes.points.begin() + static_cast<std::ptrdiff_t>(last), int64_t{0});
      all_points += points;
      if (all_points > most && !read.sources.empty()) break;
      Source& source = read.sources.emplace_back();
      source.run_id = run_id;
      source.first_no = sizes.first_nos[first];
      source.segment_nos.assign(sizes.segment_nos.begin() + static_cast<std::ptrdiff_t>(first),
                                sizes.segment_nos.begin() + static_cast<std::ptrdiff_t>(last));
      ASSIGN_OR_RETURN(const RunSegments segments,
                       SegmentsOf(txn, workspace, run_id, sizes, first, last));
      RETURN_IF_ERROR(ReadPoints(txn, segments, &source.points));
      // What follows did not fit, and is not of another scope.
      if (last < sizes.points.size() && points + sizes.points[last] > kMaxMergedPoints) break;
    }
    ++read.runs;
    if (scope == MergeScope::kQuick && HasMore(sizes.points, plan)) {
      read.large_runs.push_back(run_id);
    }
  }
  return read;
}

// The segments of `sources` by `merged`.
Status Replace(db::Transaction& txn, std::string_view workspace, std::span<const Source> sources,
               std::span<const segment::EncodedSegment> merged) {
  std::vector<std::string> run_ids;
  std::vector<int64_t> last_nos;
  std::vector<int64_t> first_nos;
  std::vector<int64_t> points;
  std::vector<std::string> directories;
  std::vector<std::string> data;
  for (size_t i = 0; i < sources.size(); ++i) {
    const Source& source = sources[i];
    const auto& nos = source.segment_nos;
    ASSIGN_OR_RETURN(
        const int64_t deleted,
        txn.Execute(sql::kDeleteSegments, {workspace, source.run_id, nos.front(), nos.back()}));
    if (deleted != std::ssize(nos)) {
      // Not ABORTED yet, which would run this again in vain.
      return absl::FailedPreconditionError("The segments were merged by another process.");
    }
    run_ids.push_back(source.run_id);
    last_nos.push_back(nos.back());
    first_nos.push_back(source.first_no);
    points.push_back(std::ssize(source.points.columns.key));
    directories.push_back(merged[i].directory);
    data.push_back(merged[i].data);
  }
  return txn
      .ExecuteMany(sql::kInsertMergedSegments, {workspace},
                   {std::move(run_ids), std::move(last_nos), std::move(first_nos),
                    std::move(points), std::move(directories), std::move(data)})
      .status();
}

}  // namespace

std::optional<std::pair<size_t, size_t>> PlanMerge(std::span<const int64_t> sizes,
                                                   MergeScope scope) {
  const std::span<const int64_t> tiers(kTiers);
  size_t begin = 0;
  switch (scope) {
    case MergeScope::kQuick:
      begin = SmallTail(sizes, tiers.first(kQuickTiers));
      break;
    case MergeScope::kLarge:
      sizes = sizes.first(TailBelow(sizes, tiers[kQuickTiers - 1]));
      begin = SmallTail(sizes, tiers);
      break;
    case MergeScope::kAll:
      begin = TailBelow(sizes, kLarge);
      break;
  }
  // The oldest of them first, as many as fit.
  size_t end = begin;
  for (int64_t points = 0; end < sizes.size(); ++end) {
    points += sizes[end];
    if (points > kMaxMergedPoints) break;
  }
  if (end - begin < 2) return std::nullopt;
  return std::make_pair(begin, end);
}

StatusOr<Merge> MergeSegments(db::Database& database, std::string_view workspace,
                              std::span<const std::string> run_ids, MergeScope scope,
                              absl::Duration limit) {
  ASSIGN_OR_RETURN(Sources read, database.Read(absl::Now() + limit, [&](db::Transaction& txn) {
    return ReadSources(txn, workspace, run_ids, scope);
  }));
  Merge merge{.runs = read.runs, .large_runs = std::move(read.large_runs)};
  if (read.sources.empty()) return merge;
  // Outside the transactions: it is what takes the time.
  std::vector<segment::EncodedSegment> merged;
  for (Source& source : read.sources) merged.push_back(segment::Encode(&source.points));
  const Status status = database.Write(absl::Now() + limit, [&](db::Transaction& txn) {
    return Replace(txn, workspace, read.sources, merged);
  });
  if (absl::IsFailedPrecondition(status)) return absl::AbortedError(status.message());
  RETURN_IF_ERROR(status);
  merge.merged_runs = merged.size();
  for (size_t i = 0; i < merged.size(); ++i) {
    merge.segments += std::ssize(read.sources[i].segment_nos);
    merge.points += std::ssize(read.sources[i].points.columns.key);
    merge.bytes += std::ssize(merged[i].directory) + std::ssize(merged[i].data);
  }
  return merge;
}

}  // namespace rookery::tracking::store
