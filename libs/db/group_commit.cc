#include "libs/db/group_commit.h"

#include <absl/time/clock.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "libs/db/errors.h"

namespace rookery::db {
namespace {

// Whether an error is the group's as a whole: alone each would meet it too, or be written twice.
bool IsEverybodys(const Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsDataLoss(status);
}

}  // namespace

GroupQueue::GroupQueue(Database& database, Body body, const Options& options, Committed committed)
    : database_(database),
      body_(std::move(body)),
      options_(options),
      committed_(std::move(committed)) {
  if (options_.has_thread) thread_ = std::thread([this] { Work(); });
}

GroupQueue::~GroupQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  if (thread_.joinable()) thread_.join();
  while (CommitNext()) {
  }
}

void GroupQueue::Submit(std::unique_ptr<GroupWrite> write) {
  const size_t weight = write->weight();
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < options_.max_queued &&
        (queue_.empty() || queued_weight_ + weight <= options_.max_queued_weight)) {
      queued_weight_ += weight;
      queue_.push_back(std::move(write));
      if (queue_.size() == 1 || IsGatheredLocked()) arrived_.notify_one();
      return;
    }
  }
  write->Done(absl::ResourceExhaustedError(
      "The server has too many requests waiting. Try again in a second."));
}

bool GroupQueue::CommitNext() {
  Writes writes;
  {
    const std::lock_guard lock(mutex_);
    writes = TakeLocked();
  }
  if (writes.empty()) return false;
  Commit(writes);
  return true;
}

void GroupQueue::Work() {
  for (;;) {
    Writes writes;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      Gather(lock);
      writes = TakeLocked();
    }
    Commit(writes);
  }
}

void GroupQueue::Gather(std::unique_lock<std::mutex>& lock) {
  const auto until = ended_ + absl::ToChronoMicroseconds(options_.gather);
  arrived_.wait_until(lock, until, [this] { return IsGatheredLocked(); });
}

bool GroupQueue::IsGatheredLocked() const {
  return stopping_ || queue_.size() >= company_ || queued_weight_ >= options_.max_gather_weight;
}

void GroupQueue::NoteCompany(size_t answered) {
  const std::lock_guard lock(mutex_);
  company_ = answered > 1 ? answered + queue_.size() : 0;
  ended_ = std::chrono::steady_clock::now();
}

GroupQueue::Writes GroupQueue::TakeLocked() {
  Writes writes;
  size_t weight = 0;
  while (!queue_.empty() && writes.size() < options_.max_group) {
    weight += queue_.front()->weight();
    if (!writes.empty() && weight > options_.max_group_weight) break;
    queued_weight_ -= queue_.front()->weight();
    writes.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return writes;
}

void GroupQueue::Commit(const Writes& writes) {
  std::vector<GroupWrite*> group;
  const absl::Time now = absl::Now();
  for (const auto& write : writes) {
    if (write->deadline_ > now) {
      group.push_back(write.get());
    } else {
      write->Done(FaultStatus(Fault::kTimeout, "group", "the deadline passed in the queue"));
    }
  }
  if (!group.empty()) CommitTogether(group);
}

void GroupQueue::CommitTogether(Group group) {
  const Status status = WriteOnce(group);
  if (status.ok()) committed_(group);
  if (status.ok() || group.size() == 1 || IsEverybodys(status)) {
    NoteCompany(group.size());
    for (GroupWrite* write : group) write->Done(status.ok() ? write->refusal_ : status);
    return;
  }
  // Both halves keep their order, and one bad write among n costs 2 log n transactions.
  CommitTogether(group.first(group.size() / 2));
  CommitTogether(group.subspan(group.size() / 2));
}

Status GroupQueue::WriteOnce(Group group) {
  absl::Time deadline = absl::InfinitePast();
  for (const GroupWrite* write : group) deadline = std::max(deadline, write->deadline_);
  try {
    return database_.Write(deadline, [&](Transaction& txn) {
      for (GroupWrite* write : group) write->refusal_ = absl::OkStatus();
      return body_(txn, group);
    });
  } catch (const std::exception& error) {
    // Nothing below throws on purpose; bad_alloc may, and must not take the process along.
    spdlog::error("a group of {} writes: {}", group.size(), error.what());
    return absl::InternalError("The server met an unexpected error; its log has the details.");
  }
}

}  // namespace rookery::db
