#include "sidecar/forward/confirmations.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rookery::sidecar {
namespace {

// From a record on disk to where the one who wrote it waits for its fate.
constexpr std::chrono::seconds kAsking(1);

constexpr absl::Duration kLookEvery = absl::Seconds(2);

}  // namespace

Confirmations::Confirmations(std::function<void()> awaited)
    : awaited_(std::move(awaited)),
      timer_([this](const std::stop_token& stop) { RunTimer(stop); }) {}

Confirmations::~Confirmations() {
  timer_.request_stop();
  timer_.join();
  for (auto& [position, waiter] : waiters_) {
    waiter.done(absl::DeadlineExceededError("The sidecar is closing."));
  }
}

void Confirmations::WhenUpstream(spool::Position position, absl::Duration patience, Done done,
                                 GivesUp gives_up) {
  const SteadyTime deadline = SteadyIn(patience);
  const SteadyTime look = gives_up ? std::min(deadline, SteadyIn(kLookEvery)) : deadline;
  {
    const std::lock_guard lock(mutex_);
    if (position >= confirmed_) {
      waiters_.emplace(position,
                       Waiter{deadline, std::exchange(done, nullptr), std::move(gives_up), look});
      if (look < next_) {
        next_ = look;
        changed_.notify_one();
      }
    }
  }
  if (done) return done(absl::OkStatus());
  awaited_();
}

void Confirmations::Confirm(spool::Position position) {
  std::vector<Done> told;
  {
    const std::lock_guard lock(mutex_);
    confirmed_ = std::max(confirmed_, position);
    const auto end = waiters_.lower_bound(confirmed_);
    for (auto it = waiters_.begin(); it != end; ++it) told.push_back(std::move(it->second.done));
    waiters_.erase(waiters_.begin(), end);
  }
  for (const Done& done : told) done(absl::OkStatus());
}

void Confirmations::Announce() {
  const std::lock_guard lock(mutex_);
  ++announced_;
}

void Confirmations::Announced() {
  const std::lock_guard lock(mutex_);
  --announced_;
  asked_.notify_all();
}

bool Confirmations::Refuse(spool::Position position, const Status& why) {
  std::vector<Done> told;
  {
    std::unique_lock lock(mutex_);
    asked_.wait_for(lock, kAsking, [&] { return announced_ == 0 || waiters_.contains(position); });
    const auto [begin, end] = waiters_.equal_range(position);
    for (auto it = begin; it != end; ++it) told.push_back(std::move(it->second.done));
    waiters_.erase(begin, end);
  }
  for (const Done& done : told) done(why);
  return !told.empty();
}

spool::Position Confirmations::confirmed() const {
  const std::lock_guard lock(mutex_);
  return confirmed_;
}

bool Confirmations::is_awaited() const {
  const std::lock_guard lock(mutex_);
  return !waiters_.empty();
}

void Confirmations::RunTimer(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const SteadyTime planned = next_;
    // A waiter that comes meanwhile may want an earlier look.
    changed_.wait_until(lock, stop, planned,
                        [&] { return next_ < planned || SteadyNow() >= next_; });
    const SteadyTime now = SteadyNow();
    std::vector<Done> late;
    next_ = SteadyTime::max();
    for (auto it = waiters_.begin(); it != waiters_.end();) {
      Waiter& waiter = it->second;
      const bool is_due = waiter.look <= now;
      if (waiter.deadline > now && !(is_due && waiter.gives_up && waiter.gives_up())) {
        if (is_due) waiter.look = std::min(waiter.deadline, SteadyIn(kLookEvery));
        next_ = std::min(next_, waiter.look);
        ++it;
        continue;
      }
      late.push_back(std::move(waiter.done));
      it = waiters_.erase(it);
    }
    lock.unlock();
    for (const Done& done : late) {
      done(absl::DeadlineExceededError("The upstream has not answered yet; it is safe on disk."));
    }
    lock.lock();
  }
}

}  // namespace rookery::sidecar
