// What those who write do: the spool's thread, and callers of Write.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <iterator>
#include <utility>

#include "sidecar/spool/log.h"

namespace rookery::spool {
namespace {

constexpr std::chrono::seconds kHeartbeat(1);
// Between attempts at a disk that refuses.
constexpr std::chrono::milliseconds kPause(100);
// A caller writes if the last write took no longer: then it delays nobody who waits for the same
// thread.
constexpr absl::Duration kQuick = absl::Milliseconds(1);

void Answer(const std::vector<Waiter>& waiters, const Status& status) {
  for (const Waiter& waiter : waiters) waiter.done(status);
}

}  // namespace

void Log::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    // A caller's write that hangs is to be noticed as one of this thread.
    if (!is_writing_) heartbeat_ = SteadyNow();
    if (!queue_->empty() && !is_writing_) {
      WriteNext(lock);
      if (closing_ && !failing_.ok()) {
        GiveUp(lock);
        return;
      }
      continue;
    }
    if (closing_ && !is_writing_) return;
    changed_.wait_for(lock, kHeartbeat,
                      [this] { return !is_writing_ && (closing_ || !queue_->empty()); });
  }
}

void Log::Write() {
  std::unique_lock lock(mutex_);
  // Who writes looks again.
  if (queue_->empty() || is_writing_) return;
  const bool is_quick = was_quick_ && Since(written_at_) >= options_.caller_pause &&
                        failing_.ok() && !closing_ && !queue_->begins();
  if (is_quick) WriteNext(lock);
  if (!is_quick || closing_ || !queue_->empty()) changed_.notify_all();
}

void Log::WriteNext(std::unique_lock<std::mutex>& lock) {
  Group group = queue_->Pop();
  is_writing_ = true;
  writing_bytes_ = group.bytes.size();
  writing_planned_ = group.begins ? 1 : 0;
  lock.unlock();
  const SteadyTime begun = SteadyNow();
  const Status status = writer_->Write(&group);
  const SteadyTime written = SteadyNow();
  lock.lock();
  was_quick_ = absl::FromChrono(written - begun) <= kQuick;
  written_at_ = written;
  writing_bytes_ = 0;
  writing_planned_ = 0;
  if (status.ok()) {
    Written(std::move(group), lock);
  } else {
    Refused(std::move(group), status, lock);
  }
  is_writing_ = false;
}

void Log::Written(Group group, std::unique_lock<std::mutex>& lock) {
  if (!failing_.ok()) spdlog::info("Spool: the disk takes records again");
  failing_ = absl::OkStatus();
  durable_ = writer_->end();
  if (group.begins) {
    if (group.begins->state) {
      set_.KeepFrom(group.segment);
    } else {
      // So that a state is on disk again soon, and earlier segments need not be kept for one.
      if (queue_->place().segment == group.segment) queue_->EndSegment();
    }
  }
  std::vector<std::function<void()>> wakes;
  for (size_t i = 0; i < wakers_.size();) {
    if (durable_ <= wakers_[i].first) {
      ++i;
      continue;
    }
    wakes.push_back(std::move(wakers_[i].second));
    wakers_[i] = std::move(wakers_.back());
    wakers_.pop_back();
  }
  lock.unlock();
  for (const auto& wake : wakes) wake();
  for (Waiter& waiter : group.waiters) {
    waiter.done(
        Appended{.position = {group.segment, static_cast<uint32_t>(group.offset + waiter.at)},
                 .first_seq = waiter.first_seq});
  }
  lock.lock();
}

void Log::Refused(Group group, const Status& why, std::unique_lock<std::mutex>& lock) {
  // The first time it may be the segment alone; then another is tried at once.
  const bool again = !failing_.ok();
  if (!again) {
    failing_since_ = SteadyNow();
    spdlog::error("Spool: the disk refuses records: {}", std::string(why.message()));
  }
  failing_ = absl::UnavailableError(
      fmt::format("The spool cannot be written: {}", std::string(why.message())));
  queue_->Relocate(std::move(group));
  if (closing_) return;
  if (Since(failing_since_) >= options_.patience) {
    const std::vector<Waiter> waiters = queue_->TakeWaiters();
    const Status status = absl::UnavailableError(
        fmt::format("{}; it may be stored later, or not", std::string(failing_.message())));
    lock.unlock();
    Answer(waiters, status);
    lock.lock();
  }
  if (again) changed_.wait_for(lock, kPause, [this] { return closing_; });
}

void Log::GiveUp(std::unique_lock<std::mutex>& lock) {
  const std::vector<Waiter> waiters = queue_->TakeWaiters();
  const Status status = absl::UnavailableError(fmt::format(
      "The spool closes. {}; it may be stored, or not", std::string(failing_.message())));
  lock.unlock();
  Answer(waiters, status);
  lock.lock();
}

}  // namespace rookery::spool
