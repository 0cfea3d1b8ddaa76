// Tells watchers that their runs have new segments.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "libs/db/database.h"
#include "services/tracking/domain/run_tail.h"

namespace rookery::tracking {

// Commits of this process are told at once. Those of other replicas are found by asking the
// database for the last numbers of all watched runs, with one statement a workspace, every few
// milliseconds while anybody watches: no subscriptions and no notifications in the database, whose
// cost every write would bear. Thread-safe.
class MetricWatch {
 public:
  // Of the run's last segment, or kUnknown.
  using Wake = std::function<void(int64_t last_no)>;
  static constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();

  struct Options {
    std::chrono::milliseconds poll_interval{10};
  };

  // What is passed in must outlive it.
  MetricWatch(db::Database& database, const Options& options);
  ~MetricWatch();

 private:
  struct Waker;

 public:
  // Hears of one run as long as it lives: after the destructor `wake`, which must not wait, is not
  // called. It may end its own subscription.
  class Subscription {
   public:
    Subscription(MetricWatch& watch, std::string workspace, std::string run_id, Wake wake);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    // What the run's watchers read.
    RunTail& tail() const { return *tail_; }

   private:
    MetricWatch& watch_;
    const std::pair<std::string, std::string> run_;
    const std::shared_ptr<Waker> waker_;
    std::shared_ptr<RunTail> tail_;
  };

  // Wakes all, who look whether it has ended.
  void End();
  bool ended() const { return ended_; }

  // A run has a new segment.
  void Notice(std::string_view workspace, std::string_view run_id);

 private:
  using RunKey = std::pair<std::string, std::string>;  // workspace, run_id
  struct Watched {
    std::set<std::shared_ptr<Waker>> wakers;
    std::shared_ptr<RunTail> tail;
    // As the database said last; 0: not asked yet.
    int64_t last_no = 0;
  };

  using Wakers = std::vector<std::shared_ptr<Waker>>;

  static void WakeAll(const Wakers& wakers, int64_t last_no);
  void Work();
  void Poll(const std::map<std::string, db::TextList>& runs);

  db::Database& database_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<RunKey, Watched> watched_;  // guarded by mutex_
  std::atomic<bool> ended_ = false;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace rookery::tracking
