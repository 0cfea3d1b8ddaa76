// Keeps the segments of every run few.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/db/database.h"
#include "libs/metrics/registry.h"
#include "services/tracking/store/segment_merge.h"

namespace rookery::tracking {

// Merges the segments of runs that this process writes to: soon where there are many, and once more
// when a run has been quiet. Runs that are due together are merged together. After that it rests
// for as long as that took, so that at most half a core is taken from live load; not that long
// where a short merge is followed by many segments. At the start it looks for runs that other
// processes left with many. Several replicas on one database need not know of each other: who
// merges second what another merged gives up.
//
// Thread-safe. The destructor ends after the merge that runs; a vacuum is cut short.
class Compactor {
 public:
  struct Options {
    // So many new segments of a run are looked at at once.
    int64_t many = 16;
    // A run that got no segment for so long is merged as far as it goes.
    absl::Duration quiet = absl::Seconds(10);
    // A test may do without, and call Step.
    bool has_thread = true;
    // May be null; outlives the compactor.
    metrics::Registry* metrics = nullptr;
  };

  // What is passed in must outlive it.
  Compactor(db::Database& database, const Clock& clock, const Options& options);
  ~Compactor();

  // A run has a new segment. Does not wait.
  void Notice(std::string_view workspace, std::string_view run_id);

  // Looks for runs with many segments, whoever wrote them.
  Status FindBacklog();

  // Sees to some runs: to those with many segments, else to those that have become quiet; false if
  // there are none.
  bool Step();

 private:
  using RunKey = std::pair<std::string, std::string>;  // workspace, run_id
  struct Pending {
    // Since the last merge, as far as this process knows.
    int64_t new_segments = 0;
    // When the last came, and when it was put to the end of quiet_.
    absl::Time last;
    absl::Time looked_at;
  };
  // Runs that are merged together.
  struct Job {
    std::string workspace;
    std::vector<std::string> run_ids;
    store::MergeScope scope = store::MergeScope::kSmall;
  };
  struct Metrics {
    explicit Metrics(metrics::Registry* registry);
    metrics::Counter merges;
    metrics::Counter segments;
    metrics::Counter points;
    metrics::Counter failures;
    metrics::Histogram seconds;
    metrics::Gauge backlog;
  };

  void Work();
  void AddLocked(RunKey run, int64_t segments);
  // The next job, whose runs are taken off their list; false if there is none.
  bool Take(Job* job);
  void TakeManyLocked(Job* job);
  void TakeQuietLocked(Job* job);
  static bool HasRoom(const Job& job, const RunKey& run);
  void Run(const Job& job);
  // All at once, or none; how many were seen to.
  StatusOr<size_t> Merge(const Job& job, std::span<const std::string> run_ids);
  void MergeAlone(const Job& job, const std::string& run_id);
  void Failed(const std::string& what, const std::string& workspace, const Status& status) const;
  void Rest(absl::Duration time);
  // Has the space of what merges replaced used again: in a thread of its own, because a vacuum may
  // take minutes, in which segments go on coming.
  void Reclaim();

  db::Database& database_;
  const Clock& clock_;
  const Options options_;
  const Metrics metrics_;
  // Ends a vacuum with the compactor.
  std::stop_source ending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable freed_;
  // All guarded by mutex_. A run is in each queue at most once; commits wait for this lock, so
  // nothing looks through all runs.
  std::map<RunKey, Pending> pending_;
  std::deque<RunKey> many_;   // runs that have gathered Options::many
  std::deque<RunKey> quiet_;  // those of pending_, in the order of the looks at them that are due
  int64_t backlog_ = 0;       // segments in pending_
  // A run has gathered so many since its last merge that there is little time to rest.
  bool urgent_ = false;
  // Since the last vacuum, and what it was when one was last asked for.
  int64_t dead_bytes_ = 0;
  int64_t asked_at_ = 0;
  bool stopping_ = false;
  std::thread thread_;
  std::thread reclaimer_;
};

}  // namespace rookery::tracking
