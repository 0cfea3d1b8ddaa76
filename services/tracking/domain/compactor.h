// Keeps the segments of every run few.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "libs/base/clock.h"
#include "libs/base/steady.h"
#include "libs/db/database.h"
#include "libs/db/reclaimer.h"
#include "libs/metrics/registry.h"
#include "services/tracking/domain/merge_queue.h"

namespace rookery::tracking {

// Merges the segments of runs that this process writes to: soon where there are many, and once more
// when a run has been quiet. Runs that are due together are merged together. Of two threads, one
// does what is quick and the other what may take long, so that small segments stay few meanwhile.
// Each rests after a job, the first for as long as that took and the second for much longer, so
// that they take half a core and a ninth from live load at most; but runs that gather many small
// segments are not kept waiting. Merges that can wait do while those before are ahead of
// PostgreSQL's vacuum. At the start it looks for runs that other processes left with many. Several
// replicas on one database need not know of each other: who merges second what another merged gives
// up.
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
    // So many dead bytes are worth asking whether a vacuum is (db::Reclaimer).
    int64_t worth_reclaiming = db::Reclaimer::Options().worth_asking;
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

  // Sees to some runs, as MergeQueue says; false if there are none.
  bool Step();

 private:
  struct Metrics {
    explicit Metrics(metrics::Registry* registry);
    metrics::Counter merges;
    metrics::Counter segments;
    metrics::Counter points;
    metrics::Counter failures;
    metrics::Histogram seconds;
    metrics::Gauge backlog;
  };

  // What a job took, and how many points it merged.
  struct Worked {
    absl::Duration took;
    int64_t points = 0;
  };

  void Work();
  void WorkLarge();
  MergeJob TakeLocked();
  void AddLocked(MergeQueue::RunKey run, int64_t segments);
  Worked Run(MergeJob job);
  // All at once, or none; how many were seen to. Adds to `points` how many were merged.
  StatusOr<size_t> Merge(const MergeJob& job, std::span<const std::string> run_ids,
                         int64_t* points);
  void MergeAlone(const MergeJob& job, const std::string& run_id, int64_t* points);
  void Failed(const std::string& what, const std::string& workspace, const Status& status) const;
  // They are seen to later: the database is away, or merges are ahead of its vacuum.
  void Again(const MergeJob& job, std::span<const std::string> run_ids);
  // They have merges that may take long.
  void FoundLarge(const std::string& workspace, std::span<const std::string> run_ids);
  // Merges that can wait do while those before are ahead of the vacuum. Waits a moment until they
  // are not. False: they are still, or others are due meanwhile.
  bool AwaitReclaim();
  // The vacuum is asked for what merges left dead so far.
  void Reclaiming();

  db::Database& database_;
  const Clock& clock_;
  const Options options_;
  const Metrics metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable large_;
  std::condition_variable reclaimed_;
  // All guarded by mutex_.
  MergeQueue queue_;
  bool stopping_ = false;
  std::thread thread_;
  std::thread large_thread_;
  // Of what merges replaced. Ends first: it calls back.
  db::Reclaimer space_;
};

}  // namespace rookery::tracking
