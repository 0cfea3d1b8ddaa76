#include "services/tracking/store/segment_merge.h"

#include <absl/time/clock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libs/segment/writer.h"
#include "services/tracking/store/segment_store.h"
#include "services/tracking/store/sql.h"

namespace rookery::tracking::store {
namespace {

// So many segments between two of these sizes are worth a merge, which makes one of the next size:
// so a point is rewritten once for each.
constexpr std::ptrdiff_t kFanIn = 8;
constexpr int64_t kTiers[] = {8, 64, 512, 4096, 32'768, 262'144};
// Segments of so many points are merged no more: readers would gain next to nothing, and for as
// long as the old rows are not reclaimed the run would take twice its space.
constexpr int64_t kLarge = 262'144;

// What is merged, read.
struct Source {
  int64_t all_segments = 0;
  int64_t segments = 0;
  int64_t first_no = 0;
  int64_t first_segment_no = 0;
  int64_t last_segment_no = 0;
  segment::Points points;
};

// Where the tail begins in which all segments have fewer points than `size`.
size_t TailBelow(std::span<const int64_t> sizes, int64_t size) {
  size_t begin = sizes.size();
  while (begin > 0 && sizes[begin - 1] < size) --begin;
  return begin;
}

StatusOr<Source> ReadSource(db::Transaction& txn, std::string_view workspace,
                            std::string_view run_id, MergeScope scope) {
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListSegmentSizes, {workspace, run_id}));
  std::vector<int64_t> sizes;
  for (const db::Row& row : rows) sizes.push_back(row.Int(2));
  Source source{.all_segments = std::ssize(sizes)};
  const auto plan = PlanMerge(sizes, scope);
  if (!plan) return source;
  const auto [first, last] = *plan;
  source.segments = static_cast<int64_t>(last - first);
  source.first_segment_no = rows[first].Int(0);
  source.first_no = rows[first].Int(1);
  source.last_segment_no = rows[last - 1].Int(0);
  ASSIGN_OR_RETURN(const RunSegments run,
                   RunSegments::LoadAfter(txn, workspace, std::string(run_id),
                                          source.first_segment_no - 1, source.segments));
  for (size_t i = 0; i < run.segments().size(); ++i) {
    RETURN_IF_ERROR(
        run.ReadBlocks(txn, i, 0, run.segments()[i].directory.blocks().size(), &source.points));
  }
  return source;
}

Status Replace(db::Transaction& txn, std::string_view workspace, std::string_view run_id,
               const Source& source, const segment::EncodedSegment& merged) {
  ASSIGN_OR_RETURN(const int64_t deleted,
                   txn.Execute(sql::kDeleteSegments, {workspace, run_id, source.first_segment_no,
                                                      source.last_segment_no}));
  if (deleted != source.segments) {
    // Not ABORTED yet, which would run this again in vain.
    return absl::FailedPreconditionError("The segments were merged by another process.");
  }
  return txn
      .Execute(sql::kInsertMergedSegment,
               {workspace, run_id, source.last_segment_no, source.first_no,
                static_cast<int64_t>(source.points.columns.size()), db::Bytes{merged.directory},
                db::Bytes{merged.data}})
      .status();
}

}  // namespace

std::optional<std::pair<size_t, size_t>> PlanMerge(std::span<const int64_t> sizes,
                                                   MergeScope scope) {
  size_t begin = sizes.size();
  if (scope == MergeScope::kAll) {
    begin = TailBelow(sizes, kLarge);
    if (sizes.size() - begin < 2) return std::nullopt;
  } else {
    int64_t below = 0;
    for (const int64_t tier : kTiers) {
      const auto tail = sizes.subspan(TailBelow(sizes, tier));
      const auto of_tier = std::ranges::count_if(tail, [&](int64_t size) { return size >= below; });
      if (of_tier >= kFanIn) {
        begin = sizes.size() - tail.size();
        break;
      }
      below = tier;
    }
    if (begin == sizes.size()) return std::nullopt;
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
                              std::string_view run_id, MergeScope scope, absl::Duration limit) {
  ASSIGN_OR_RETURN(Source source, database.Read(absl::Now() + limit, [&](db::Transaction& txn) {
    return ReadSource(txn, workspace, run_id, scope);
  }));
  Merge merge{.all_segments = source.all_segments};
  if (source.segments == 0) return merge;
  // Outside the transactions: it is what takes the time.
  const segment::EncodedSegment merged = segment::Encode(&source.points);
  const Status status = database.Write(absl::Now() + limit, [&](db::Transaction& txn) {
    return Replace(txn, workspace, run_id, source, merged);
  });
  if (absl::IsFailedPrecondition(status)) return absl::AbortedError(status.message());
  RETURN_IF_ERROR(status);
  merge.segments = source.segments;
  merge.points = std::ssize(source.points.columns.key);
  merge.bytes = std::ssize(merged.directory) + std::ssize(merged.data);
  return merge;
}

}  // namespace rookery::tracking::store
