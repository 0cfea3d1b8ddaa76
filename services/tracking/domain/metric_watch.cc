#include "services/tracking/domain/metric_watch.h"

#include <absl/time/clock.h>
#include <spdlog/spdlog.h>

#include <exception>

#include "services/tracking/store/segment_store.h"

namespace rookery::tracking {
namespace {

constexpr absl::Duration kPollLimit = absl::Seconds(5);

}  // namespace

MetricWatch::MetricWatch(db::Database& database, const Options& options)
    : database_(database), options_(options), thread_([this] { Work(); }) {}

MetricWatch::~MetricWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

struct MetricWatch::Waker {
  // Held while it wakes, so that nobody is woken who has gone; recursive, because who is woken may
  // go.
  std::recursive_mutex mutex;
  bool is_gone = false;
  Wake wake;
};

MetricWatch::Subscription::Subscription(MetricWatch& watch, std::string workspace,
                                        std::string run_id, Wake wake)
    : watch_(watch),
      run_(std::move(workspace), std::move(run_id)),
      waker_(std::make_shared<Waker>()) {
  waker_->wake = std::move(wake);
  {
    const std::lock_guard lock(watch_.mutex_);
    Watched& watched = watch_.watched_[run_];
    watched.wakers.insert(waker_);
    if (watched.tail == nullptr) {
      watched.tail = std::make_shared<RunTail>(watch_.database_, run_.first, run_.second);
    }
    tail_ = watched.tail;
  }
  watch_.changed_.notify_one();
}

MetricWatch::Subscription::~Subscription() {
  {
    const std::lock_guard lock(waker_->mutex);
    waker_->is_gone = true;
  }
  const std::lock_guard lock(watch_.mutex_);
  const auto watched = watch_.watched_.find(run_);
  watched->second.wakers.erase(waker_);
  if (watched->second.wakers.empty()) watch_.watched_.erase(watched);
}

void MetricWatch::WakeAll(const Wakers& wakers, int64_t last_no) {
  for (const auto& waker : wakers) {
    const std::lock_guard lock(waker->mutex);
    if (!waker->is_gone) waker->wake(last_no);
  }
}

void MetricWatch::End() {
  ended_ = true;
  Wakers wakers;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [run, watched] : watched_) {
      wakers.insert(wakers.end(), watched.wakers.begin(), watched.wakers.end());
    }
  }
  WakeAll(wakers, kUnknown);
}

void MetricWatch::Notice(std::string_view workspace, std::string_view run_id) {
  Wakers wakers;
  {
    const std::lock_guard lock(mutex_);
    if (watched_.empty()) return;
    const auto watched = watched_.find({std::string(workspace), std::string(run_id)});
    if (watched == watched_.end()) return;
    watched->second.tail->Notice();
    wakers.assign(watched->second.wakers.begin(), watched->second.wakers.end());
  }
  WakeAll(wakers, kUnknown);
}

void MetricWatch::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return stopping_ || !watched_.empty(); });
    std::map<std::string, db::TextList> runs;
    for (const auto& [run, watched] : watched_) runs[run.first].push_back(run.second);
    lock.unlock();
    try {
      Poll(runs);
    } catch (const std::exception& error) {
      spdlog::error("asking for new metrics: {}", error.what());
    }
    lock.lock();
    changed_.wait_for(lock, options_.poll_interval, [this] { return stopping_; });
  }
}

void MetricWatch::Poll(const std::map<std::string, db::TextList>& runs) {
  for (const auto& [workspace, run_ids] : runs) {
    const auto numbers = database_.ReadOnce(absl::Now() + kPollLimit, [&](db::Transaction& txn) {
      return store::LastNumbers(txn, workspace, run_ids);
    });
    // The next look may succeed; watchers then hear of everything.
    if (!numbers.ok()) return;
    for (const auto& [run_id, number] : *numbers) {
      Wakers wakers;
      {
        const std::lock_guard lock(mutex_);
        const auto watched = watched_.find({workspace, run_id});
        if (watched == watched_.end() || watched->second.last_no == number) continue;
        watched->second.last_no = number;
        watched->second.tail->Notice();
        wakers.assign(watched->second.wakers.begin(), watched->second.wakers.end());
      }
      WakeAll(wakers, number);
    }
  }
}

}  // namespace rookery::tracking
