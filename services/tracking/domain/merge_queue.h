// Whose segments are to be merged next.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "services/tracking/store/segment_merge.h"

namespace rookery::tracking {

// Runs of one workspace that are merged together.
struct MergeJob {
  std::string workspace;
  std::vector<std::string> run_ids;
  store::MergeScope scope = store::MergeScope::kQuick;

  bool empty() const { return run_ids.empty(); }
};

// Runs that this process writes to: quick merges of those that have gathered many segments, larger
// ones that are found to be due by these, and once more all of a run that has become quiet. Those
// who write wait for it, so nothing looks through all runs. Not thread-safe.
class MergeQueue {
 public:
  using RunKey = std::pair<std::string, std::string>;  // workspace, run_id
  struct Options {
    // So many new segments of a run are seen to at once, and twice as many are urgent.
    int64_t many = 16;
    // A run that got no segment for so long is quiet.
    absl::Duration quiet;
  };

  explicit MergeQueue(const Options& options) : options_(options) {}

  // A run has so many segments more.
  void Add(RunKey run, int64_t segments, absl::Time now);
  // Runs have merges that may take long.
  void AddLarge(const std::string& workspace, std::span<const std::string> run_ids);

  // The next job of runs with many segments, else of quiet ones. As of TakeLarge, its runs are
  // taken off their list, and it is empty if there is none.
  MergeJob Take(absl::Time now);
  // The next one that may take long.
  MergeJob TakeLarge();

  // Runs have gathered many.
  bool has_many() const { return !many_.empty(); }
  bool has_large() const { return !large_.empty(); }
  // A run has gathered so many since its last merge that there is no time to rest.
  bool urgent() const { return urgent_; }
  // New segments of all runs.
  int64_t backlog() const { return backlog_; }

 private:
  struct Pending {
    // Since the last merge, as far as this process knows.
    int64_t new_segments = 0;
    // When the last came, and when it was put to the end of quiet_.
    absl::Time last;
    absl::Time looked_at;
    // It is in large_.
    bool is_large = false;
  };

  static bool HasRoom(const MergeJob& job, const RunKey& run);
  MergeJob TakeMany();
  MergeJob TakeQuiet(absl::Time now);

  const Options options_;
  std::map<RunKey, Pending> pending_;
  std::deque<RunKey> many_;   // runs that have gathered Options::many
  std::deque<RunKey> large_;  // those with merges that may take long
  std::deque<RunKey> quiet_;  // those of pending_, in the order of the looks at them that are due
  int64_t backlog_ = 0;
  bool urgent_ = false;
};

}  // namespace rookery::tracking
