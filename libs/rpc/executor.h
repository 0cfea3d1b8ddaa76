// The threads that handlers run on.
#pragma once

#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/time.h>

#include <cstddef>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/executor_metrics.h"
#include "libs/rpc/wait_estimate.h"

namespace rookery::rpc {

// A fixed number of threads before a queue that is bounded in length and in time. gRPC's own
// threads must not wait for a database or a disk, so each service hands such work to an executor of
// its own; a service that called another through a shared one could fill it with callers that wait
// for themselves.
//
// Thread-safe. The destructor runs what is queued, then joins.
class Executor {
 public:
  struct Options {
    int threads = 8;
    size_t max_queued = 1024;
    // A task that would wait longer, or has, is refused: to whom it matters, an answer that late is
    // no better than one that says at once to come back (docs/adr/0016-observability.md).
    absl::Duration max_wait = absl::Seconds(10);
    // In metrics: the service that it works for.
    std::string name;
    // May be null; outlives the executor.
    metrics::Registry* metrics = nullptr;
    // Tells how long a task has waited. Outlives the executor.
    const Clock* clock = &Clock::Real();
  };

  // Called once: on one of the executor's threads with OK, or with RESOURCE_EXHAUSTED if it is not
  // to be done, on any thread.
  using Task = absl::AnyInvocable<void(const Status& admitted)>;

  explicit Executor(const Options& options);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Refuses the task at once if the queue is full, or if it would probably wait until `deadline` or
  // for Options::max_wait.
  void Submit(absl::Time deadline, Task task);

 private:
  struct Queued {
    Task task;
    absl::Time since;
  };

  // The counter of the reason if a task that comes now is to be refused, else null.
  const metrics::Counter* Refusal(absl::Time now, absl::Time deadline) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Work();
  // The task to run next, whose time is up if `*expired`; false at the end.
  bool Next(Queued* next, bool* expired);

  const size_t max_queued_;
  const absl::Duration max_wait_;
  const Clock& clock_;
  const ExecutorMetrics metrics_;
  absl::Mutex mutex_;
  std::deque<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  WaitEstimate estimate_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace rookery::rpc
