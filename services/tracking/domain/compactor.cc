#include "services/tracking/domain/compactor.h"

#include <absl/time/clock.h>
#include <spdlog/spdlog.h>

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
// Less is not worth asking the database for its table's size.
constexpr int64_t kWorthReclaiming = 16 << 20;
// A vacuum of a large table takes long, and may be cut short without harm.
constexpr absl::Duration kReclaimLimit = absl::Minutes(10);
// Beyond so many segments the rest after a merge is left out.
constexpr int64_t kTooMany = 48;

constexpr metrics::Family kMerges = {"rookery_compaction_merges_total",
                                     "Merges of a run's metric segments."};
constexpr metrics::Family kSegments = {"rookery_compaction_segments_total",
                                       "Metric segments that merges replaced."};
constexpr metrics::Family kPoints = {"rookery_compaction_points_total",
                                     "Metric points that merges rewrote."};
constexpr metrics::Family kFailures = {"rookery_compaction_failures_total",
                                       "Merges that failed; the log says why."};
constexpr metrics::Family kSeconds = {"rookery_compaction_merge_seconds", "How long merges took."};
constexpr metrics::Family kBacklog = {
    "rookery_compaction_backlog_segments",
    "Metric segments that were written since the last merges of their runs."};

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
    : database_(database), clock_(clock), options_(options), metrics_(options.metrics) {
  if (options_.has_thread) thread_ = std::thread([this] { Work(); });
}

Compactor::~Compactor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ending_.request_stop();
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Compactor::Notice(std::string_view workspace, std::string_view run_id) {
  bool is_due = false;
  {
    const std::lock_guard lock(mutex_);
    AddLocked({std::string(workspace), std::string(run_id)}, 1);
    is_due = !many_.empty();
  }
  if (is_due) changed_.notify_one();
}

void Compactor::AddLocked(RunKey run, int64_t segments) {
  const auto [entry, is_new] = pending_.try_emplace(std::move(run));
  Pending& pending = entry->second;
  if (is_new) {
    pending.looked_at = clock_.Now();
    quiet_.push_back(entry->first);
  }
  const bool had_many = pending.new_segments >= options_.many;
  pending.new_segments += segments;
  pending.last = clock_.Now();
  if (!had_many && pending.new_segments >= options_.many) many_.push_back(entry->first);
  backlog_ += segments;
  metrics_.backlog.Set(static_cast<double>(backlog_));
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

bool Compactor::Step() {
  Job job;
  if (!Take(&job)) return false;
  Run(job);
  return true;
}

bool Compactor::Take(Job* job) {
  const std::lock_guard lock(mutex_);
  if (!many_.empty()) {
    *job = {std::move(many_.front()), store::MergeScope::kSmall};
    many_.pop_front();
    Pending& pending = pending_.at(job->run);
    backlog_ -= pending.new_segments;
    pending.new_segments = 0;
    metrics_.backlog.Set(static_cast<double>(backlog_));
    return true;
  }
  const absl::Time quiet_since = clock_.Now() - options_.quiet;
  while (!quiet_.empty()) {
    const auto pending = pending_.find(quiet_.front());
    if (pending->second.looked_at > quiet_since) return false;
    RunKey run = std::move(quiet_.front());
    quiet_.pop_front();
    if (pending->second.last > quiet_since) {
      // Written to since: it is looked at again.
      pending->second.looked_at = clock_.Now();
      quiet_.push_back(std::move(run));
      continue;
    }
    backlog_ -= pending->second.new_segments;
    pending_.erase(pending);
    *job = {std::move(run), store::MergeScope::kAll};
    metrics_.backlog.Set(static_cast<double>(backlog_));
    return true;
  }
  return false;
}

void Compactor::Run(const Job& job) {
  const auto& [workspace, run_id] = job.run;
  const absl::Time begin = absl::Now();
  int64_t segments_left = 0;
  // What a merge makes may be one of many again.
  for (bool again = true; again;) {
    StatusOr<store::Merge> merge = absl::InternalError("not run");
    try {
      merge = store::MergeSegments(database_, workspace, run_id, job.scope, kLimit);
    } catch (const std::exception& error) {
      merge = absl::InternalError(error.what());
    }
    if (absl::IsAborted(merge.status())) return;
    if (!merge.ok()) {
      metrics_.failures.Increment();
      spdlog::warn("the metric segments of run {} in workspace {} were not merged: {}", run_id,
                   workspace, merge.status().ToString());
      return;
    }
    again = merge->segments > 0;
    segments_left = merge->all_segments;
    if (!again) break;
    metrics_.merges.Increment();
    metrics_.segments.Increment(static_cast<double>(merge->segments));
    metrics_.points.Increment(static_cast<double>(merge->points));
    dead_bytes_ += merge->bytes;
  }
  const absl::Duration took = absl::Now() - begin;
  metrics_.seconds.Observe(took);
  if (dead_bytes_ - asked_at_ >= kWorthReclaiming) Reclaim();
  if (!options_.has_thread || segments_left > kTooMany) return;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMicroseconds(took), [this] { return stopping_; });
}

void Compactor::Reclaim() {
  asked_at_ = dead_bytes_;
  db::Patience patience = absl::Now() + kReclaimLimit;
  patience.gone = ending_.get_token();
  const auto done = database_.Reclaim(patience, store::kSegmentsTable, dead_bytes_);
  if (absl::IsCancelled(done.status())) return;
  if (!done.ok()) {
    spdlog::warn("the space of merged segments was not reclaimed: {}", done.status().ToString());
    return;
  }
  if (*done) dead_bytes_ = asked_at_ = 0;
}

void Compactor::Work() {
  if (const Status status = FindBacklog(); !status.ok()) {
    spdlog::warn("runs with many metric segments were not looked for: {}", status.ToString());
  }
  for (;;) {
    while (Step()) {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    changed_.wait_for(lock, kTick);
    if (stopping_) return;
  }
}

}  // namespace rookery::tracking
