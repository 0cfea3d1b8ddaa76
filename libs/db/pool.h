// A bounded pool of connections that are opened when they are first needed.
#pragma once

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include <condition_variable>
#include <functional>
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

// Lends connections, the last used first. Thread-safe; must outlive its leases.
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
    if (lent_ >= limit_ && !WaitForReturn(lock, patience)) {
      if (patience.gone.stop_requested()) {
        return FaultStatus(Fault::kCancelled, "taking a connection", "the caller has gone");
      }
      return FaultStatus(Fault::kTimeout, "taking a connection", "all of them are in use");
    }
    ++lent_;
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

  // Closes the connections that are not lent.
  void CloseIdle() {
    // Declared before the lock, so that connections close after it is let go.
    std::vector<std::unique_ptr<Connection>> closing;
    const std::lock_guard lock(mutex_);
    closing.swap(idle_);
    Tell();
  }

 private:
  // False if no connection came back until patience ended.
  bool WaitForReturn(std::unique_lock<std::mutex>& lock, const Patience& patience) {
    const absl::Time began = absl::Now();
    const auto free = [this] { return lent_ < limit_; };
    bool returned = true;
    if (patience.deadline == absl::InfiniteFuture()) {
      returned = returned_.wait(lock, patience.gone, free);
    } else {
      const auto until = absl::ToChronoTime(patience.deadline);
      returned = returned_.wait_until(lock, patience.gone, until, free);
    }
    metrics_.wait.Observe(absl::Now() - began);
    return returned;
  }

  // With mutex_ held.
  void Tell() const {
    metrics_.in_use.Set(lent_);
    metrics_.idle.Set(static_cast<double>(idle_.size()));
  }

  void Return(std::unique_ptr<Connection> connection) {
    if (connection != nullptr && connection->broken()) connection.reset();
    {
      const std::lock_guard lock(mutex_);
      --lent_;
      if (connection != nullptr) idle_.push_back(std::move(connection));
      Tell();
    }
    returned_.notify_one();
  }

  const int limit_;
  const Open open_;
  const PoolMetrics metrics_;
  std::mutex mutex_;
  std::condition_variable_any returned_;
  int lent_ = 0;                                   // guarded by mutex_
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace rookery::db
