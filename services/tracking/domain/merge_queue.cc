#include "services/tracking/domain/merge_queue.h"

namespace rookery::tracking {
namespace {

// Runs that are merged together at most.
constexpr size_t kRunsTogether = 64;

}  // namespace

void MergeQueue::Add(RunKey run, int64_t segments, absl::Time now) {
  const auto [entry, is_new] = pending_.try_emplace(std::move(run));
  Pending& pending = entry->second;
  if (is_new) {
    pending.looked_at = now;
    quiet_.push_back(entry->first);
  }
  const bool had_many = pending.new_segments >= options_.many;
  pending.new_segments += segments;
  pending.last = now;
  if (!had_many && pending.new_segments >= options_.many) many_.push_back(entry->first);
  urgent_ = urgent_ || pending.new_segments >= 2 * options_.many;
  backlog_ += segments;
}

void MergeQueue::AddLarge(const std::string& workspace, std::span<const std::string> run_ids) {
  for (const std::string& run_id : run_ids) {
    const auto pending = pending_.find({workspace, run_id});
    if (pending == pending_.end() || std::exchange(pending->second.is_large, true)) continue;
    large_.push_back(pending->first);
  }
}

MergeJob MergeQueue::Take(absl::Time now) {
  MergeJob job = TakeMany();
  return job.empty() ? TakeQuiet(now) : job;
}

bool MergeQueue::HasRoom(const MergeJob& job, const RunKey& run) {
  return job.empty() || (job.run_ids.size() < kRunsTogether && job.workspace == run.first);
}

MergeJob MergeQueue::TakeMany() {
  MergeJob job{.scope = store::MergeScope::kQuick};
  for (; !many_.empty() && HasRoom(job, many_.front()); many_.pop_front()) {
    auto& [workspace, run_id] = many_.front();
    backlog_ -= std::exchange(pending_.at(many_.front()).new_segments, 0);
    job.workspace = std::move(workspace);
    job.run_ids.push_back(std::move(run_id));
  }
  if (many_.empty()) urgent_ = false;
  return job;
}

MergeJob MergeQueue::TakeLarge() {
  MergeJob job{.scope = store::MergeScope::kLarge};
  for (; !large_.empty() && HasRoom(job, large_.front()); large_.pop_front()) {
    const auto pending = pending_.find(large_.front());
    // It was merged as a quiet run since.
    if (pending == pending_.end() || !std::exchange(pending->second.is_large, false)) continue;
    job.workspace = large_.front().first;
    job.run_ids.push_back(large_.front().second);
  }
  return job;
}

MergeJob MergeQueue::TakeQuiet(absl::Time now) {
  MergeJob job{.scope = store::MergeScope::kAll};
  const absl::Time quiet_since = now - options_.quiet;
  while (!quiet_.empty() && HasRoom(job, quiet_.front())) {
    const auto pending = pending_.find(quiet_.front());
    if (pending->second.looked_at > quiet_since) break;
    RunKey run = std::move(quiet_.front());
    quiet_.pop_front();
    if (pending->second.last > quiet_since) {
      // Written to since: it is looked at again.
      pending->second.looked_at = now;
      quiet_.push_back(std::move(run));
      continue;
    }
    backlog_ -= pending->second.new_segments;
    pending_.erase(pending);
    job.workspace = std::move(run.first);
    job.run_ids.push_back(std::move(run.second));
  }
  return job;
}

}  // namespace rookery::tracking
