// Many small segments of a run become one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// Which of a run's segments are to be merged. Quick and large merges of a run touch none of each
// other's segments, so both may go on at once.
enum class MergeScope {
  kQuick,  // of the small ones at the end what many of about one size make worth its while: takes
           // milliseconds
  kLarge,  // the same of those before: takes up to a second. A point is rewritten a few times in
           // its life by both, and a run has a few dozen segments at any time
  kAll,    // all that is not large already, for runs that nobody writes to any more
};

// Points of a segment at most, so that a merge needs tens of megabytes of memory.
inline constexpr int64_t kMaxMergedPoints = 1 << 20;

// The segments [first, last) that are to be merged now, by their sizes in points, oldest first.
std::optional<std::pair<size_t, size_t>> PlanMerge(std::span<const int64_t> sizes,
                                                   MergeScope scope);

struct Merge {
  // So many of the runs were seen to, the first of them; the others, and a run that has more to
  // merge than fits into memory at once, are for the next call. Of live runs (kQuick, kLarge) that
  // is so from tens of milliseconds of work on, of others when memory is full.
  size_t runs = 0;
  // Those of them that had something to merge, and the segments that became one each.
  size_t merged_runs = 0;
  int64_t segments = 0;
  int64_t points = 0;
  // Of what they became, and about what they had.
  int64_t bytes = 0;
  // kQuick: of the runs that were seen to, those that kLarge has something to merge of.
  std::vector<std::string> large_runs;
};

// Merges once, as planned, each of the runs, which differ: all in one transaction, because live
// runs are many and commits are what costs. Readers and writers go on meanwhile; after a crash all
// is as before or as after. Each of its two transactions may take `limit`. An error changes
// nothing. ABORTED: another process merged the same. DATA_LOSS: a segment is damaged. To know of
// which run that is true, call it for each.
StatusOr<Merge> MergeSegments(db::Database& database, std::string_view workspace,
                              std::span<const std::string> run_ids, MergeScope scope,
                              absl::Duration limit);

}  // namespace rookery::tracking::store
