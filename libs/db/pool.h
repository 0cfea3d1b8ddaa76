// A bounded pool of connections that are opened when they are first needed.
#pragma once

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/db/connection.h"
#include "libs/db/database_metrics.h"
#include "libs/db/errors.h"
#include "libs/db/patience.h"

namespace rookery::db {

// Lends connections, the last used first, to whoever came first. Thread-safe; must outlive its
// leases.
class Pool {
 public:
  using Open = std::function<StatusOr<std::unique_ptr<Connection>>(absl::Time deadline)>;

  // A place in the pool and the connection in it, which go back when the lease ends.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          connection_(std::move(other.connection_)),
          fresh_(other.fresh_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->Return(std::move(connection_));
    }

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    // Whether the connection was opened for this lease.
    bool fresh() const { return fresh_; }

   private:
    friend class Pool;
    explicit Lease(Pool* pool) : pool_(pool) {}

    Pool* pool_;
    std::unique_ptr<Connection> connection_;
    bool fresh_ = false;
  };

  Pool(int limit, Open open, const PoolMetrics& metrics = {})
      : limit_(limit), open_(std::move(open)), metrics_(metrics) {}

  // DEADLINE_EXCEEDED or CANCELLED if all connections are in use until patience ends; otherwise
  // what `open` says.
  StatusOr<Lease> Take(const Patience& patience) {
    std::unique_lock lock(mutex_);
    if (lent_ < limit_) {
      ++lent_;
    } else if (!WaitForTurn(lock, patience)) {
      if (patience.gone.stop_requested()) {
        return FaultStatus(Fault::kCancelled, "taking a connection", "the caller has gone");
      }
      return FaultStatus(Fault::kTimeout, "taking a connection", "all of them are in use");
    }
    Lease lease(this);
    if (!idle_.empty()) {
      lease.connection_ = std::move(idle_.back());
      idle_.pop_back();
      Tell();
      return lease;
    }
    Tell();
    lock.unlock();
    ASSIGN_OR_RETURN(lease.connection_, open_(patience.deadline));
    lease.fresh_ = true;
    return lease;
  }

  // Puts a connection in before the pool is used.
  void Add(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    Tell();
  }

  // How many wait for a connection.
  size_t waiting() {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
  }

  // Closes the connections that are not lent.
  void CloseIdle() {
    // Declared before the lock, so that connections close after it is let go.
    std::vector<std::unique_ptr<Connection>> closing;
    const std::lock_guard lock(mutex_);
    closing.swap(idle_);
    Tell();
  }

 private:
  struct Waiter {
    std::condition_variable_any turn;
    bool has_place = false;
  };

  // Places go from who had them to who has waited longest: if they were free for a moment, who
  // takes them again and again would mostly be faster than who has to wake up first. False if none
  // came until patience ended.
  bool WaitForTurn(std::unique_lock<std::mutex>& lock, const Patience& patience) {
    const absl::Time began = absl::Now();
    Waiter self;
    const auto place = waiters_.insert(waiters_.end(), &self);
    const auto has_place = [&self] { return self.has_place; };
    if (patience.deadline == absl::InfiniteFuture()) {
      self.turn.wait(lock, patience.gone, has_place);
    } else {
      const auto until = absl::ToChronoTime(patience.deadline);
      self.turn.wait_until(lock, patience.gone, until, has_place);
    }
    if (!self.has_place) waiters_.erase(place);
    metrics_.wait.Observe(absl::Now() - began);
    return self.has_place;
  }

  // With mutex_ held.
  void Tell() const {
    metrics_.in_use.Set(lent_);
    metrics_.idle.Set(static_cast<double>(idle_.size()));
  }

  void Return(std::unique_ptr<Connection> connection) {
    if (connection != nullptr && connection->broken()) connection.reset();
    const std::lock_guard lock(mutex_);
    if (connection != nullptr) idle_.push_back(std::move(connection));
    if (waiters_.empty()) {
      --lent_;
    } else {
      Waiter& next = *waiters_.front();
      waiters_.pop_front();
      next.has_place = true;
      // With the lock held: who waits may be gone as soon as it is not.
      next.turn.notify_one();
    }
    Tell();
  }

  const int limit_;
  const Open open_;
  const PoolMetrics metrics_;
  std::mutex mutex_;
  std::list<Waiter*> waiters_;                     // guarded by mutex_; the first came first
  int lent_ = 0;                                   // guarded by mutex_
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace rookery::db
