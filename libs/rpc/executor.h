// The threads that handlers run on.
#pragma once

#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

namespace rookery::rpc {

// A fixed number of threads before a queue of bounded length. gRPC's own threads must not wait for
// a database or a disk, so each service hands such work to an executor of its own; a service that
// called another through a shared one could fill it with callers that wait for themselves.
//
// Thread-safe. The destructor runs what is queued, then joins.
class Executor {
 public:
  struct Options {
    int threads = 8;
    size_t max_queued = 1024;
  };

  explicit Executor(const Options& options);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // False, and `task` is dropped, if the queue is full.
  [[nodiscard]] bool TrySubmit(absl::AnyInvocable<void()> task);

 private:
  void Work();

  const size_t max_queued_;
  absl::Mutex mutex_;
  std::deque<absl::AnyInvocable<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace rookery::rpc
