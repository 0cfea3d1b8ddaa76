#include "services/tracking/domain/compactor.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "services/tracking/store/segment_store.h"

namespace rookery::tracking {
namespace {

// How often runs that have become quiet are looked for.
constexpr std::chrono::milliseconds kTick(500);
// What a statement of a merge may take at most: a database that hangs must not keep the process
// from ending.
constexpr absl::Duration kLimit = absl::Minutes(1);
// A vacuum that is not worth the effort is over at once.
constexpr std::chrono::milliseconds kReclaimWait(200);
// After so many points it rests whatever is urgent: small segments, too, may come as fast as the
// load goes, and merging them would take a core from it. How long it took says less: the database
// may have been busy with others.
constexpr int64_t kMuch = 16'384;
// So many times what it took a large merge is rested after: what goes on under load is paid for by
// the load, and is done again when the run is quiet.
constexpr int kLargeRest = 8;

constexpr metrics::Family kMerges = {"rookery_compaction_merges_total",
                                     "Merges of a run's metric segments."};
constexpr metrics::Family kSegments = {"rookery_compaction_segments_total",
                                       "Metric segments that merges replaced."};
constexpr metrics::Family kPoints = {"rookery_compaction_points_total",
                                     "Metric points that merges rewrote."};
constexpr metrics::Family kFailures = {"rookery_compaction_failures_total",
                                       "Merges that failed; the log says why."};
constexpr metrics::Family kSeconds = {"rookery_compaction_merge_seconds",
                                      "How long merges took, of runs that were due together."};
constexpr metrics::Family kBacklog = {
    "rookery_compaction_backlog_segments",
    "Metric segments that were written since the last merges of their runs."};

// Whether each run alone would fare no better.
bool IsAboutAll(const Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

Compactor::Metrics::Metrics(metrics::Registry* registry) {
  if (registry == nullptr) return;
  merges = registry->AddCounter(kMerges);
  segments = registry->AddCounter(kSegments);
  points = registry->AddCounter(kPoints);
  failures = registry->AddCounter(kFailures);
  seconds = registry->AddHistogram(kSeconds);
  backlog = registry->AddGauge(kBacklog);
}

Compactor::Compactor(db::Database& database, const Clock& clock, const Options& options)
    : database_(database),
      clock_(clock),
      options_(options),
      metrics_(options.metrics),
      queue_({.many = options.many, .quiet = options.quiet}),
      space_(database, store::kSegmentsTable,
             {.worth_asking = options.worth_reclaiming, .on_progress = [this] { Reclaiming(); }}) {
  if (!options_.has_thread) return;
  thread_ = std::thread([this] { Work(); });
  large_thread_ = std::thread([this] { WorkLarge(); });
}

Compactor::~Compactor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (std::condition_variable* changed : {&changed_, &large_, &reclaimed_}) changed->notify_one();
  for (std::thread* thread : {&thread_, &large_thread_}) {
    if (thread->joinable()) thread->join();
  }
}

void Compactor::Notice(std::string_view workspace, std::string_view run_id) {
  bool is_due = false;
  {
    const std::lock_guard lock(mutex_);
    const bool had_many = queue_.has_many();
    const bool was_urgent = queue_.urgent();
    AddLocked({std::string(workspace), std::string(run_id)}, 1);
    is_due = had_many != queue_.has_many() || was_urgent != queue_.urgent();
  }
  if (is_due) changed_.notify_one();
}

void Compactor::AddLocked(MergeQueue::RunKey run, int64_t segments) {
  queue_.Add(std::move(run), segments, clock_.Now());
  metrics_.backlog.Set(static_cast<double>(queue_.backlog()));
}

Status Compactor::FindBacklog() {
  ASSIGN_OR_RETURN(const auto runs, database_.Read(absl::Now() + kLimit, [&](db::Transaction& txn) {
    return store::RunsWithSegments(txn, options_.many);
  }));
  const std::lock_guard lock(mutex_);
  for (const store::RunSegmentCount& run : runs) {
    AddLocked({run.workspace, run.run_id}, run.segments);
  }
  return absl::OkStatus();
}

MergeJob Compactor::TakeLocked() {
  MergeJob job = queue_.Take(clock_.Now());
  metrics_.backlog.Set(static_cast<double>(queue_.backlog()));
  return job;
}

bool Compactor::Step() {
  MergeJob job;
  {
    const std::lock_guard lock(mutex_);
    job = TakeLocked();
    if (job.empty() && !space_.IsBehind()) job = queue_.TakeLarge();
  }
  if (job.empty()) return false;
  Run(std::move(job));
  return true;
}

Compactor::Worked Compactor::Run(MergeJob job) {
  // Two replicas that merge the same runs are not to wait for each other crosswise.
  std::ranges::sort(job.run_ids);
  const SteadyTime begin = SteadyNow();
  Worked worked;
  for (std::span<const std::string> left = job.run_ids; !left.empty();) {
    if (job.scope == store::MergeScope::kAll && !AwaitReclaim()) {
      Again(job, left);
      break;
    }
    const StatusOr<size_t> seen_to = Merge(job, left, &worked.points);
    if (seen_to.ok()) {
      left = left.subspan(*seen_to);
      if (job.scope != store::MergeScope::kLarge) continue;
      // After a rest.
      FoundLarge(job.workspace, left);
    } else if (IsAboutAll(seen_to.status())) {
      Failed(fmt::format("{} runs", left.size()), job.workspace, seen_to.status());
      Again(job, left);
    } else {
      // One that cannot be merged is not to keep its neighbours from it.
      for (const std::string& run_id : left) MergeAlone(job, run_id, &worked.points);
    }
    break;
  }
  worked.took = Since(begin);
  metrics_.seconds.Observe(worked.took);
  return worked;
}

StatusOr<size_t> Compactor::Merge(const MergeJob& job, std::span<const std::string> run_ids,
                                  int64_t* points) {
  StatusOr<store::Merge> merge = absl::InternalError("not run");
  try {
    merge = store::MergeSegments(database_, job.workspace, run_ids, job.scope, kLimit);
  } catch (const std::exception& error) {
    merge = absl::InternalError(error.what());
  }
  RETURN_IF_ERROR(merge.status());
  FoundLarge(job.workspace, merge->large_runs);
  if (merge->merged_runs == 0) return merge->runs;
  metrics_.merges.Increment(static_cast<double>(merge->merged_runs));
  metrics_.segments.Increment(static_cast<double>(merge->segments));
  metrics_.points.Increment(static_cast<double>(merge->points));
  *points += merge->points;
  space_.Add(merge->bytes);
  return merge->runs;
}

void Compactor::Again(const MergeJob& job, std::span<const std::string> run_ids) {
  // Others are seen to once more when they are quiet, at the latest.
  if (job.scope != store::MergeScope::kAll) return;
  const std::lock_guard lock(mutex_);
  for (const std::string& run_id : run_ids) AddLocked({job.workspace, run_id}, 1);
}

void Compactor::FoundLarge(const std::string& workspace, std::span<const std::string> run_ids) {
  if (run_ids.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    queue_.AddLarge(workspace, run_ids);
  }
  large_.notify_one();
}

void Compactor::MergeAlone(const MergeJob& job, const std::string& run_id, int64_t* points) {
  for (size_t seen_to = 0; seen_to == 0;) {
    const StatusOr<size_t> merged = Merge(job, {&run_id, 1}, points);
    if (absl::IsAborted(merged.status())) return;
    if (!merged.ok()) return Failed("run " + run_id, job.workspace, merged.status());
    seen_to = *merged;
  }
}

void Compactor::Failed(const std::string& what, const std::string& workspace,
                       const Status& status) const {
  metrics_.failures.Increment();
  spdlog::warn("the metric segments of {} in workspace {} were not merged: {}", what, workspace,
               status.ToString());
}

bool Compactor::AwaitReclaim() {
  std::unique_lock lock(mutex_);
  reclaimed_.wait_for(lock, kReclaimWait,
                      [this] { return stopping_ || queue_.has_many() || !space_.IsBehind(); });
  return !space_.IsBehind();
}

void Compactor::Reclaiming() {
  // Whoever found it behind is to have begun to wait.
  const std::lock_guard lock(mutex_);
  for (std::condition_variable* changed : {&reclaimed_, &large_}) changed->notify_one();
}

void Compactor::Work() {
  if (const Status status = FindBacklog(); !status.ok()) {
    spdlog::warn("runs with many metric segments were not looked for: {}", status.ToString());
  }
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    MergeJob job = TakeLocked();
    if (job.empty()) {
      changed_.wait_for(lock, kTick, [this] { return stopping_ || queue_.has_many(); });
      continue;
    }
    lock.unlock();
    const Worked worked = Run(std::move(job));
    lock.lock();
    const bool was_much = worked.points >= kMuch;
    changed_.wait_until(lock, SteadyIn(worked.took),
                        [&] { return stopping_ || (queue_.urgent() && !was_much); });
  }
}

void Compactor::WorkLarge() {
  std::unique_lock lock(mutex_);
  while (true) {
    large_.wait(lock, [this] { return stopping_ || (queue_.has_large() && !space_.IsBehind()); });
    if (stopping_) return;
    MergeJob job = queue_.TakeLarge();
    if (job.empty()) continue;
    lock.unlock();
    const Worked worked = Run(std::move(job));
    lock.lock();
    large_.wait_until(lock, SteadyIn(kLargeRest * worked.took), [this] { return stopping_; });
  }
}

}  // namespace rookery::tracking
