#include "libs/rpc/executor.h"

#include <algorithm>
#include <utility>

namespace rookery::rpc {
namespace {

Status Overloaded() {
  return absl::ResourceExhaustedError(
      "The server has too many requests waiting. Try again in a second.");
}

}  // namespace

Executor::Executor(const Options& options)
    : max_queued_(options.max_queued),
      max_wait_(options.max_wait),
      clock_(*options.clock),
      metrics_(options.metrics, options.name, options.threads),
      estimate_(options.threads) {
  threads_.reserve(options.threads);
  for (int i = 0; i < options.threads; ++i) threads_.emplace_back([this] { Work(); });
}

Executor::~Executor() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  threads_.clear();
}

void Executor::Submit(absl::Time deadline, Task task) {
  const absl::Time now = clock_.Now();
  const metrics::Counter* refused = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    refused = Refusal(now, deadline);
    if (refused == nullptr) {
      queue_.push_back({std::move(task), now});
      metrics_.queued.Set(static_cast<double>(queue_.size()));
      return;
    }
  }
  refused->Increment();
  task(Overloaded());
}

const metrics::Counter* Executor::Refusal(absl::Time now, absl::Time deadline) const {
  if (stopping_ || queue_.size() >= max_queued_) return &metrics_.queue_full;
  const absl::Duration patience =
      std::max(absl::ZeroDuration(), std::min(max_wait_, deadline - now));
  return estimate_.For(queue_.size()) > patience ? &metrics_.would_wait : nullptr;
}

void Executor::Work() {
  Queued next;
  bool expired = false;
  while (Next(&next, &expired)) {
    if (expired) {
      metrics_.has_waited.Increment();
      next.task(Overloaded());
      continue;
    }
    const absl::Time began = clock_.Now();
    metrics_.wait.Observe(began - next.since);
    metrics_.busy.Add(1);
    next.task(absl::OkStatus());
    // Before the next wait, so that what it holds goes.
    next.task = nullptr;
    metrics_.busy.Add(-1);
    const absl::Duration took = clock_.Now() - began;
    absl::MutexLock lock(&mutex_);
    estimate_.TaskTook(took);
  }
}

bool Executor::Next(Queued* next, bool* expired) {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this] {
    mutex_.AssertReaderHeld();
    return stopping_ || !queue_.empty();
  };
  mutex_.Await(absl::Condition(&ready));
  if (queue_.empty()) return false;
  *next = std::move(queue_.front());
  queue_.pop_front();
  metrics_.queued.Set(static_cast<double>(queue_.size()));
  *expired = clock_.Now() - next->since > max_wait_;
  return true;
}

}  // namespace rookery::rpc
