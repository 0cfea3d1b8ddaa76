// Keeps the segments of every run few.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "libs/base/clock.h"
#include "libs/db/database.h"
#include "libs/metrics/registry.h"
#include "services/tracking/store/segment_merge.h"

namespace rookery::tracking {

// Merges the segments of runs that this process writes to: soon where there are many, and once more
// when a run has been quiet. After a merge it rests for as long as the merge took, so that at most
// half a core is taken from live load. At the start it looks for runs that other processes left
// with many. Several replicas on one database need not know of each other: who merges second what
// another merged gives up.
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

  // Sees to one run: of those with many segments the first, else one that has become quiet; false
  // if there is none.
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
  struct Job {
    RunKey run;
    store::MergeScope scope;
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
  // The next job, which is taken off its list.
  bool Take(Job* job);
  void Run(const Job& job);
  // Has the space of what merges replaced used again.
  void Reclaim();

  db::Database& database_;
  const Clock& clock_;
  const Options options_;
  const Metrics metrics_;
  // Of the thread that steps: since the last Reclaim that did it, and when it was last tried.
  int64_t dead_bytes_ = 0;
  int64_t asked_at_ = 0;
  // Ends a vacuum, which may take minutes, with the compactor.
  std::stop_source ending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_. A run is in each queue at most once; commits wait for this lock, so
  // nothing looks through all runs.
  std::map<RunKey, Pending> pending_;
  std::deque<RunKey> many_;   // runs that have gathered Options::many
  std::deque<RunKey> quiet_;  // those of pending_, in the order of the looks at them that are due
  int64_t backlog_ = 0;       // segments in pending_
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rookery::tracking
